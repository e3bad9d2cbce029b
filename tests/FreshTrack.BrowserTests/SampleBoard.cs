using FreshTrack.Cutover.Board;
using FreshTrack.Cutover.Decisions;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using FreshTrack.UnitTests.Reporting;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.BrowserTests;

/// <summary>A cutover in the middle of its third phase, by a clock that stands still.</summary>
internal sealed class SampleBoard
{
    public static readonly Step Copy = Step("import.rows", "Import every part, then indexes and keys");

    private static readonly Step Freeze = Step("freeze.prove", "Prove that nothing writes any more");
    private static readonly Step Export = Step("export.parts", "Export every table from one snapshot");
    private static readonly Step Deploy = Step("deploy.api", "Start the API on the migrated target");

    private static readonly Step Switch = Step("traffic.webhooks", "Switch") with
    {
        Confirmation = "point the TTN webhooks at the new system",
    };

    public static readonly Phase[] Runbook =
    [
        Phase(1, "Freeze Supabase", 0, 15, Freeze),
        Phase(2, "Export data", 15, 45, Export),
        Phase(3, "Data migration", 45, 90, Copy),
        Phase(4, "Deploy new system", 90, 120),
        Phase(5, "DNS cutover", 120, 135, Switch),
        Phase(6, "Final validation", 135, 150),
    ];

    private readonly FakeTimeProvider clock = new(SampleRun.Start);

    public SampleBoard()
    {
        Board = new LiveBoard("cutover · production", Runbook, clock);
        Finish(Runbook[0], Freeze, 0, 11, "150 writes by 6 roles were refused, counters stand still");
        Finish(Runbook[1], Export, 11, 38, "108,962 rows in 31 parts, 9.4 MB");
        Board.Tell(new PhaseStarted(Runbook[2]));
        Board.Tell(new StepStarted(Copy));
        Pass(9);
        Progress("sensor_readings 41.3%, 45,013 of 108,962 rows", 0.413);
    }

    public LiveBoard Board { get; }

    public void Progress(string text, double share) =>
        Board.Tell(new StepProgressed(Copy, new StepProgress(text, share)));

    public void Pass(int minutes) => clock.Advance(TimeSpan.FromMinutes(minutes));

    /// <summary>Phases 3 and 4 are over, a step of phase 5 is to be confirmed.</summary>
    public void Wait()
    {
        EndCopy();
        Finish(Runbook[3], Deploy, 47, 59, "the API is ready");
        Board.Tell(new PhaseStarted(Runbook[4]));
        Board.Tell(new ConfirmationAsked(Runbook[4], Switch, Switch.Confirmation!));
    }

    /// <summary>It was confirmed, and nothing else will be.</summary>
    public void Confirm() => Board.Tell(new ConfirmationGiven(Runbook[4], Switch, new Approval("Ada", "Ben")));

    /// <summary>The load test has been run and the gate has judged.</summary>
    public void Judge()
    {
        EndCopy();
        Board.Tell(new RunJudged(SampleRun.Report));
    }

    private void EndCopy()
    {
        Board.Tell(new StepEnded(Copy, Timing(Copy, 38, 47, "108,962 rows from 31 parts")));
        Board.Tell(
            new PhaseEnded(
                Runbook[2],
                new PhaseTiming(
                    3,
                    Runbook[2].Name,
                    2700,
                    5400,
                    38 * 60,
                    47 * 60,
                    [Timing(Copy, 38, 47, "108,962 rows from 31 parts")]
                )
            )
        );
    }

    private void Finish(Phase phase, Step step, int start, int end, string summary)
    {
        Board.Tell(new PhaseStarted(phase));
        Board.Tell(new StepStarted(step));
        Pass(end - start);
        Board.Tell(new StepEnded(step, Timing(step, start, end, summary)));
        Board.Tell(
            new PhaseEnded(
                phase,
                new PhaseTiming(
                    phase.Number,
                    phase.Name,
                    phase.PlannedStart.TotalSeconds,
                    phase.PlannedEnd.TotalSeconds,
                    start * 60,
                    end * 60,
                    [Timing(step, start, end, summary)]
                )
            )
        );
    }

    private static StepTiming Timing(Step step, int start, int end, string summary) =>
        new(step.Id, step.Title, start * 60, end * 60, Verdict.Pass, summary);

    private static Step Step(string id, string title) =>
        new(id, title, (_, _, _) => Task.FromResult(StepResult.Pass("")));

    private static Phase Phase(int number, string name, int start, int end, params Step[] steps) =>
        new(number, name, TimeSpan.FromMinutes(start), TimeSpan.FromMinutes(end), steps);
}
