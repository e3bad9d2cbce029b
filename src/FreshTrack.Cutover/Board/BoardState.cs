using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Board;

/// <summary>A moment of a run: all that the board shows of it.</summary>
/// <param name="Ended">The phases that are over.</param>
public sealed record BoardState(
    string What,
    DateTimeOffset At,
    IReadOnlyList<Phase> Runbook,
    IReadOnlyList<PhaseTiming> Ended
)
{
    /// <summary>The phase under way, when it began in seconds from T-0, and its steps that are over.</summary>
    public Phase? Phase { get; init; }

    public double PhaseStart { get; init; }

    public IReadOnlyList<StepTiming> Steps { get; init; } = [];

    /// <summary>Seconds since T-0; null before it. It stands still once the runbook has ended or stopped.</summary>
    public double? Elapsed { get; init; }

    /// <summary>What is being done right now, whether a step of the runbook or not, and for how long.</summary>
    public BoardWork? Work { get; init; }

    public double WorkSeconds { get; init; }

    /// <summary>Why work outside the runbook ended the run.</summary>
    public string? Failure { get; init; }

    public Manifest? Manifest { get; init; }

    public VerificationResult? Verification { get; init; }

    public MigrationPlan? Plan { get; init; }

    public LoadResult? Load { get; init; }

    /// <summary>The judged run, once it is over.</summary>
    public RunReport? Report { get; init; }

    /// <summary>The step that ended the run; null while all passed.</summary>
    public StepTiming? Stopped =>
        Ended
            .SelectMany(phase => phase.Steps)
            .Concat(Steps)
            .FirstOrDefault(step => step.Verdict is Verdict.Fail or Verdict.Inconclusive);

    /// <summary>The phase that comes next, between two phases; null while one is under way and after the
    /// last.</summary>
    public Phase? Next => Phase is null ? Ahead.FirstOrDefault() : null;

    /// <summary>What a person is asked right now; null while nobody is.</summary>
    public BoardQuestion? Asked { get; init; }

    /// <summary>What will be asked next of the steps that have not begun; null when nothing more will be. A step that
    /// asks only where there is something to confirm is announced when it asks.</summary>
    public BoardQuestion? NextQuestion { get; init; }

    /// <summary>People are asked; in a rehearsal nobody is.</summary>
    public bool AsksPeople { get; init; } = true;

    /// <summary>Phases that have not begun.</summary>
    public IEnumerable<Phase> Ahead =>
        Runbook.Where(phase => phase != Phase && Ended.All(ended => ended.Number != phase.Number));
}

/// <param name="Text">What is to be confirmed: «point the webhooks at the new system».</param>
public sealed record BoardQuestion(Phase Phase, Step Step, string Text);

/// <param name="Started">A timestamp of the board's clock.</param>
public sealed record BoardWork(string Title, StepProgress Progress, long Started);
