using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>This machine's clock against those of both databases: the journal goes by the one, the cutover point and
/// the gap that is backfilled by the others.</summary>
public static class ClockSteps
{
    /// <summary>Seconds above which a difference is told.</summary>
    private const double Noticed = 2;

    /// <summary>Seconds above which a run could not say what happened first.</summary>
    private const double Allowed = 60;

    public static async Task<StepResult> CompareAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => Judge(await MeasureAsync(run, cancellationToken));

    internal static async Task<IReadOnlyList<ClockDifference>> MeasureAsync(
        RunContext run,
        CancellationToken cancellationToken
    ) =>
        [
            await ClockDifference.MeasureAsync("source", run.Environment.Source, run.Clock, cancellationToken),
            await ClockDifference.MeasureAsync("target", run.Environment.Target, run.Clock, cancellationToken),
        ];

    internal static StepResult Judge(IReadOnlyList<ClockDifference> clocks)
    {
        var far = clocks.Where(clock => clock.AtLeast() > Noticed).ToList();
        return far.Count == 0
            ? StepResult.Pass($"the clocks of this machine and of both databases agree within {Noticed:0} s")
            : new StepResult(
                far.Exists(clock => clock.AtLeast() > Allowed) ? Verdict.Fail : Verdict.Warn,
                $"{string.Join("; ", far.Select(Describe))}. Set this machine's clock by the network, or tell whoever "
                    + "runs the server; then run again"
            );
    }

    private static string Describe(ClockDifference clock) =>
        $"the clock of the {clock.Server} is {Math.Abs(clock.Seconds):0.0} s "
        + $"{(clock.Seconds > 0 ? "ahead of" : "behind")} this machine's";
}
