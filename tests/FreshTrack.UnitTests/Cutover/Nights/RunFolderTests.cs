using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runs;
using FreshTrack.UnitTests.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

public sealed class RunFolderTests : IDisposable
{
    private const string Run = "20260115T020000.000Z-cutover";

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Theory]
    [InlineData("production", 1)]
    [InlineData("other", 0)]
    public async Task A_run_that_died_after_the_first_line_of_its_journal_is_found_by_it(string environment, int found)
    {
        await BeginAsync(environment);

        var folders = await RunFolder.FindAsync(runs, "cutover", "production", Token);

        Assert.Equal(found, folders.Count);
        Assert.All(folders, folder => Assert.Equal((Run, clock.GetUtcNow()), (folder.Run.RunId, folder.Run.StartedAt)));
    }

    [Fact]
    public async Task Environment_without_a_run_is_told_under_which_names_there_are_some()
    {
        Assert.Equal("", await RunFolder.OtherNamesAsync(runs, "cutover", Token));
        await BeginAsync("production");

        Assert.Contains("runs of 'production' here", await RunFolder.OtherNamesAsync(runs, "cutover", Token));
        Assert.Equal("", await RunFolder.OtherNamesAsync(runs, "rollback", Token));
    }

    private async Task BeginAsync(string environment)
    {
        using var evidence = EvidenceFolder.Open(runs, Run);
        var inputs = new RunInputs(Given.Plan("source: units"), "", new SourceTree("c", Clean: true));
        await using var journal = JournalFile.Create(evidence.PathOf(JournalFile.FileName), clock);
        await journal.AppendAsync(
            JournalEvent.RunStarted,
            Run,
            inputs.Plan.Hash,
            "cutover",
            inputs.Describe("cutover", Run, environment, clock.GetUtcNow())
        );
    }
}
