using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Steps;

/// <summary>Database, Redis and object store of the stack, two days before the night.</summary>
public static class DataServiceSteps
{
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
        return StepResult.Pass($"{state}", state);
    }
}
