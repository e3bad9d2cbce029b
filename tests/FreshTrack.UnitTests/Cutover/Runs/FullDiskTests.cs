using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>A disk that is full at any line of the journal stops the run, which continues once there is
/// space.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly List<string> ran = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    /// <summary>Lines that fit: from the run's start to its end.</summary>
    public static TheoryData<int> Lines => [.. Enumerable.Range(2, 6)];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Journal_ends_with_a_whole_line_and_the_run_says_what_to_do(int lines)
    {
        using var evidence = EvidenceFolder.Create(runs, "cutover", clock.GetUtcNow());
        var path = evidence.PathOf(JournalFile.FileName);

        var end = await RunAsync(evidence, (name, mode) => new FullDisk(name, mode, lines));

        Assert.Equal(Verdict.Inconclusive, end.Verdict);
        Assert.Contains($"Cannot write the journal {path}: No space left on device", end.Reason);
        Assert.EndsWith("run the same command: it continues where the journal ends.", end.Reason);
        Assert.Equal(lines, (await JournalFile.ReadAsync(path, Token)).Count);
        Assert.EndsWith("\n", await File.ReadAllTextAsync(path, Token));

        var next = await RunAsync(evidence, open: null);

        Assert.Equal(Verdict.Pass, next.Verdict);
        Assert.Equal("b", ran[^1]);
        Assert.Equal(JournalEvent.RunEnded, (await JournalFile.ReadAsync(path, Token))[^1].Event);
    }

    [Fact]
    public async Task Run_whose_first_line_does_not_fit_is_refused()
    {
        using var evidence = EvidenceFolder.Create(runs, "cutover", clock.GetUtcNow());

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            RunAsync(evidence, (name, mode) => new FullDisk(name, mode, lines: 0))
        );

        Assert.Contains("No space left on device", refused.Message);
        Assert.Empty(ran);
        Assert.Equal(Verdict.Pass, (await RunAsync(evidence, open: null)).Verdict);
    }

    private async Task<RunEnd> RunAsync(EvidenceFolder evidence, Func<string, FileMode, FileStream>? open)
    {
        var runbook = new Runbook(
            "test",
            [new Phase(1, "One", TimeSpan.Zero, TimeSpan.FromMinutes(15), [Step("a"), Step("b")])]
        );
        var inputs = new RunInputs(
            Given.Plan("source: units"),
            "version: 1\ntables:\n  - source: units\n",
            new SourceTree("test", Clean: true)
        );
        await using var session = await RunSession.OpenAsync(
            new RunContext(new CutoverEnvironment("test", EnvironmentKind.Stage), inputs.Plan, evidence, clock),
            inputs,
            runbook,
            inputs.Describe("cutover", evidence.RunId, "test", clock.GetUtcNow()),
            new RunObservers(clock),
            RunControl.Unattended with
            {
                OpenJournal = open,
            },
            Token
        );
        return await session.RunAsync(runbook, Token);
    }

    private Step Step(string id) =>
        new(
            id,
            id,
            (_, _, _) =>
            {
                ran.Add(id);
                return Task.FromResult(StepResult.Pass("done"));
            }
        );
}
