using FreshTrack.Cutover.Reporting;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Reporting;
using Microsoft.Playwright;

namespace FreshTrack.BrowserTests;

public sealed class ReportTests(Browser browser)
{
    private static readonly Uri Failed = Keep("report-failed", SampleRun.Report);
    private static readonly Uri Passed = Keep("report-passed", SampleRun.Passed);

    public static TheoryData<Screen> Screens => [.. Screen.All];

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task It_opens_without_an_error_and_asks_for_nothing(Screen screen)
    {
        await using var page = await browser.OpenAsync(Failed, screen);
        await page.OpenDetailsAsync();

        Assert.Empty(page.Errors);
        Assert.Empty(PageChecks.Network(page, host: null));
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Every_text_is_readable_and_none_is_wider_than_the_window(Screen screen)
    {
        await using var page = await browser.OpenAsync(Failed, screen);
        Assert.Empty(await PageChecks.OverflowAsync(page));
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task The_first_screen_of_a_failed_run_shows_scenario_limit_and_value(Screen screen)
    {
        await using var page = await browser.OpenAsync(Failed, screen);

        Assert.Empty(await PageChecks.FirstScreenAsync(page, "Fail", "readings_24h p95", "< 150 ms", "415.999 ms"));
    }

    [Fact]
    public async Task The_longest_verdict_fits_the_smallest_phone()
    {
        var report = Keep(
            "report-inconclusive",
            SampleRun.Report with
            {
                Gate = SampleRun.Report.Gate with { Verdict = Verdict.Inconclusive },
            }
        );
        await using var page = await browser.OpenAsync(report, Screen.Phone with { Width = 360 });

        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
    }

    [Fact]
    public async Task All_charts_are_there_each_with_its_values_as_a_table()
    {
        await using var page = await browser.OpenAsync(Failed, Screen.Desk);
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.ChartsAsync(page));
        Assert.Equal(1, await page.View.Locator("figure.timeline").CountAsync());
        Assert.All(
            SampleRun.Report.Evidence.Load!.Scenarios,
            scenario =>
                Assert.Equal(
                    ["Latency by percentile", "Latency of every second", "Requests of every second"],
                    Captions(page, scenario.Scenario)
                )
        );
    }

    [Fact]
    public async Task Everything_is_reached_from_the_keyboard_and_shows_its_focus()
    {
        await using var page = await browser.OpenAsync(Failed, Screen.Desk);
        await page.OpenDetailsAsync();

        Assert.Empty(await PageChecks.KeyboardAsync(page));
    }

    [Fact]
    public async Task Headings_lead_from_the_verdict_down()
    {
        await using var page = await browser.OpenAsync(Failed, Screen.Desk);

        Assert.Empty(await PageChecks.HeadingsAsync(page));
        Assert.Contains("Fail", await page.View.Locator("h1").InnerTextAsync());
    }

    [Fact]
    public async Task A_printed_report_is_dark_on_white_and_as_wide_as_its_paper()
    {
        await using var page = await browser.OpenAsync(Failed, Screen.DeskAtNight);
        await page.View.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Light });
        await page.View.SetViewportSizeAsync(718, 1047); // A4 without its margins

        Assert.Empty(await PageChecks.OverflowAsync(page));
        Assert.Empty(await PageChecks.ContrastAsync(page));
        Assert.False(await page.View.Locator("nav").IsVisibleAsync());
        Assert.Equal(
            "rgb(255, 255, 255)",
            await page.View.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor")
        );
        Assert.Equal(
            0,
            await page.View.EvaluateAsync<int>(
                "() => [...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
            )
        );
        await page.View.PdfAsync(
            new()
            {
                Path = Path.Combine(Browser.Pictures, "report-failed.pdf"),
                Format = "A4",
                PrintBackground = true,
            }
        );
    }

    [Theory]
    [MemberData(nameof(Screens))]
    public async Task Its_pictures_are_kept(Screen screen)
    {
        await using var failed = await browser.OpenAsync(Failed, screen);
        await failed.KeepPictureAsync($"report-failed-{screen}");
        await using var passed = await browser.OpenAsync(Passed, screen);
        await passed.KeepPictureAsync($"report-passed-{screen}");

        Assert.True(File.Exists(Path.Combine(Browser.Pictures, $"report-failed-{screen}.png")));
    }

    private static IEnumerable<string> Captions(OpenPage page, string scenario) =>
        page
            .View.Locator("article", new() { Has = page.View.GetByRole(AriaRole.Heading, new() { Name = scenario }) })
            .Locator("figcaption")
            .AllInnerTextsAsync()
            .GetAwaiter()
            .GetResult();

    private static Uri Keep(string name, RunReport report)
    {
        var file = Path.Combine(Browser.Pictures, $"{name}.html");
        File.WriteAllText(file, ReportPage.Write(report));
        return new Uri(file);
    }
}
