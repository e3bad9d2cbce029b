using FreshTrack.Build.Screen;

namespace FreshTrack.UnitTests.Build.Screen;

public sealed class StepSummaryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("summary").FullName;
    private readonly string? before = Environment.GetEnvironmentVariable(StepSummary.Variable);

    public StepSummaryTests() => File.WriteAllText(Path.Combine(folder, "summary.md"), "# Pass");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(StepSummary.Variable, before);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_summary_is_added_below_what_the_page_holds()
    {
        var page = Path.Combine(folder, "page.md");
        await File.WriteAllTextAsync(page, "earlier\n", TestContext.Current.CancellationToken);

        Assert.Null(await AppendAsync(page));

        Assert.Equal("earlier\n# Pass\n", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_page_there_is_nothing_to_do() => Assert.Null(await AppendAsync(null));

    [Fact]
    public async Task A_page_that_cannot_be_written_is_said_and_no_failure() =>
        Assert.StartsWith(
            "The summary was not added to GITHUB_STEP_SUMMARY",
            await AppendAsync(Path.Combine(folder, "missing", "page.md"))
        );

    private Task<string?> AppendAsync(string? page)
    {
        Environment.SetEnvironmentVariable(StepSummary.Variable, page);
        return StepSummary.AppendAsync(folder, TestContext.Current.CancellationToken);
    }
}
