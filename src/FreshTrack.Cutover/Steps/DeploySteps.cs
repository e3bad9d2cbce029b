using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Steps;

/// <summary>What the new system's own image does: the target's schema, its look-up columns, and the API
/// itself.</summary>
public static class DeploySteps
{
    public static async Task<StepResult> MigrateSchemaAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await run.Environment.RunApiCommandAsync("migrate", cancellationToken);
        return StepResult.Pass("every script of the schema has run");
    }

    public static async Task<StepResult> IndexWebhookSecretsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await run.Environment.RunApiCommandAsync("index-webhook-secrets", cancellationToken);
        return StepResult.Pass("organizations are found by their webhook secret without decrypting");
    }

    public static async Task<StepResult> ApiAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report(new StepProgress("waiting for /health/ready"));
        var api = await run.Environment.DeployApiAsync(cancellationToken);
        run.Api.Set(api);
        return StepResult.Pass($"the API is ready at {api}", new DeployOutput(api));
    }
}

/// <summary>What the deployment leaves in the journal.</summary>
public sealed record DeployOutput(Uri Api);
