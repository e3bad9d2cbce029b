using FreshTrack.Cutover.Reporting;

namespace FreshTrack.BrowserTests;

public sealed class AwkwardReportTests(Browser browser)
{
    private static readonly Dictionary<string, RunReport> Runs = new()
    {
        ["crowded"] = AwkwardRuns.Crowded,
        ["stopped"] = AwkwardRuns.Stopped,
    };

    public static MatrixTheoryData<string, Screen> Cases =>
        new(["crowded", "stopped"], [Screen.Desk, Screen.PhoneAtNight]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_readable_and_has_no_error(string run, Screen screen)
    {
        var file = Path.Combine(Browser.Pictures, $"report-{run}.html");
        await File.WriteAllTextAsync(file, ReportPage.Write(Runs[run]), TestContext.Current.CancellationToken);
        await using var page = await browser.OpenAsync(new Uri(file), screen);
        await page.KeepPictureAsync($"report-{run}-{screen}");
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
        Assert.Empty(await PageChecks.HeadingsAsync(page));
        Assert.Empty(page.Errors);
    }
}
