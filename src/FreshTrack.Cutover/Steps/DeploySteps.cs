using FreshTrack.Cutover.Runbook;

namespace FreshTrack.Cutover.Steps;

/// <summary>Phase 4: the new system starts on the migrated target.</summary>
public static class DeploySteps
{
    public static async Task<StepResult> ApiAsync(
        CutoverRun run,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report("waiting for /health/ready");
        run.Api = await run.Environment.DeployApiAsync(cancellationToken);
        return StepResult.Pass($"the API is ready at {run.Api}");
    }
}
