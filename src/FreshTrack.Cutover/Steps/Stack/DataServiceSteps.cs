using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Database, Redis and object store of the stack, two days before the night.</summary>
public static class DataServiceSteps
{
    private static readonly TimeSpan ReachedWithin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Starts what does not run, or runs otherwise than its files say; each role of the database signs in
    /// afterwards.</summary>
    public static async Task<StepResult> StartAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run.Data is not { } data)
        {
            return StepResult.Absent(Runbook.Server);
        }

        var state = await data.StartAsync(
            new Reports<string>(what => progress.Report(new StepProgress(what))),
            cancellationToken
        );
        if (state.Started.Count > 0 && await WhyAwayAsync(run, cancellationToken) is { } away)
        {
            return new StepResult(Verdict.Fail, $"{state}, but {away}");
        }

        return StepResult.Pass($"{state}", state);
    }

    /// <summary>A container that was made anew has another address, and the way to it is opened again.</summary>
    /// <returns>What does not answer within half a minute; null when all do.</returns>
    private static async Task<string?> WhyAwayAsync(RunContext run, CancellationToken cancellationToken)
    {
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var problems = await ServerCheck.FindAsync(run.Environment, cancellationToken);
            if (problems.Count == 0)
            {
                return null;
            }

            if (run.Clock.GetElapsedTime(began) > ReachedWithin)
            {
                return string.Join("; ", problems.Select(problem => problem.Text));
            }

            await Task.Delay(Pause, run.Clock, cancellationToken);
        }
    }
}
