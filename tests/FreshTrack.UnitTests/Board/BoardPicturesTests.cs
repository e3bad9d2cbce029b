using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.UnitTests.Board;

/// <summary>What a run that is killed has left of its phases: nothing here is ended or disposed of.</summary>
public sealed class BoardPicturesTests : IDisposable
{
    private static readonly Step Copy = new(
        "export.parts",
        "Export every table",
        (_, _, _) => Task.FromResult(StepResult.Pass("done"))
    );

    private static readonly Phase[] Runbook =
    [
        new(1, "Freeze", TimeSpan.Zero, TimeSpan.FromMinutes(15), [Copy]),
        new(2, "Export", TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(45), [Copy]),
    ];

    private readonly string runs = Directory.CreateTempSubdirectory("runs").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 15, 2, 0, 0, TimeSpan.Zero));
    private readonly EvidenceFolder evidence;
    private RunObservers observers;

    public BoardPicturesTests()
    {
        evidence = EvidenceFolder.Create(runs, "cutover", clock.GetUtcNow());
        observers = Observe();
    }

    public void Dispose()
    {
        evidence.Dispose();
        Directory.Delete(runs, recursive: true);
    }

    [Fact]
    public void Screen_of_a_phase_is_on_the_disk_when_the_phase_ends()
    {
        Run(Runbook[0], "31 parts");
        observers.Tell(new PhaseStarted(Runbook[1]));

        var page = File.ReadAllText(Screen(1));
        Assert.Contains("Phase 1 is over", page);
        Assert.DoesNotContain("<script", page);
        Assert.False(File.Exists(Screen(2)));
    }

    [Fact]
    public void Log_is_on_the_disk_line_by_line()
    {
        observers.Note("before the first phase");
        Run(Runbook[0], "31 parts");
        observers.Note("between two phases");
        observers.Tell(new PhaseStarted(Runbook[1]));
        observers.Tell(new StepStarted(Copy));

        Assert.Equal(
            [
                "before the first phase",
                "phase 1: Freeze, planned T+0 min to T+15 min",
                "export.parts: Export every table",
                "export.parts: Pass after 60.000 s: 31 parts",
                "phase 1: over after 60.000 s",
            ],
            Lines(1)
        );
        Assert.Equal(
            ["between two phases", "phase 2: Export, planned T+15 min to T+45 min", "export.parts: Export every table"],
            Lines(2)
        );
    }

    [Fact]
    public void Nothing_is_written_after_the_last_phase_because_the_evidence_is_sealed_then()
    {
        Run(Runbook[0], "31 parts");
        var before = File.ReadAllText(Log(1));

        observers.Note("Evidence: here");

        Assert.Equal(before, File.ReadAllText(Log(1)));
    }

    [Fact]
    public void Phase_that_is_only_restored_keeps_its_screen()
    {
        Run(Runbook[0], "31 parts");
        var before = File.ReadAllText(Screen(1));
        observers = Observe();

        observers.Tell(new PhaseStarted(Runbook[0]));
        observers.Tell(new StepRestored(Copy, "31 parts"));
        observers.Tell(new PhaseEnded(Runbook[0], Timing(Runbook[0])));

        Assert.Equal(before, File.ReadAllText(Screen(1)));
    }

    private RunObservers Observe()
    {
        var board = new LiveBoard("cutover · production", Runbook, clock);
        return new RunObservers(clock, board, new BoardPictures(board, evidence), new PhaseLogs(evidence, clock));
    }

    private void Run(Phase phase, string summary)
    {
        observers.Tell(new PhaseStarted(phase));
        observers.Tell(new StepStarted(Copy));
        clock.Advance(TimeSpan.FromMinutes(1));
        observers.Tell(new StepEnded(Copy, new StepTiming(Copy.Id, Copy.Title, 0, 60, Verdict.Pass, summary)));
        observers.Tell(new PhaseEnded(phase, Timing(phase)));
    }

    private static PhaseTiming Timing(Phase phase) => new(phase.Number, phase.Name, 0, 900, 0, 60, []);

    private string Screen(int phase) => evidence.PathOf(Path.Combine("screens", $"phase-{phase}.html"));

    private string Log(int phase) => evidence.PathOf(Path.Combine("logs", $"phase-{phase}.log"));

    // Without the time before each.
    private string[] Lines(int phase) => [.. File.ReadAllLines(Log(phase)).Select(line => line[13..])];
}
