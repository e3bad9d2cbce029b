using System.Text.Json.Nodes;
using FreshTrack.Cutover.Canary;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

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
        var unit = run.Environment.TemperatureUnit;
        await DeploymentOf(run).RunAsync(unit is null ? "migrate" : $"migrate {unit}", cancellationToken);
        return StepResult.Pass(
            unit is null
                ? "every script of the schema has run"
                : $"every script of the schema has run; temperatures are in °{unit}"
        );
    }

    public static async Task<StepResult> IndexWebhookSecretsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await DeploymentOf(run).RunAsync("index-webhook-secrets", cancellationToken);
        return StepResult.Pass("organizations are found by their webhook secret without decrypting");
    }

    public static async Task<StepResult> ApiAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        progress.Report(new StepProgress("waiting for /health/ready"));
        var api = await DeploymentOf(run).StartAsync(cancellationToken);
        run.Api.Set(api);
        return StepResult.Pass($"the API is ready at {api}", new DeployOutput(api));
    }

    /// <summary>What a later process needs: the address of the API that runs.</summary>
    public static async Task<StepResult> RestoreApiAsync(
        RunContext run,
        JsonNode? output,
        CancellationToken cancellationToken
    )
    {
        var deployment = DeploymentOf(run);
        if (
            await deployment.FindAsync(cancellationToken) is not { } api
            || (await deployment.HealthAsync(cancellationToken)).Any(instance => !instance.Runs)
        )
        {
            return await ApiAsync(run, new Reports<StepProgress>(_ => { }), cancellationToken);
        }

        run.Api.Set(api);
        return StepResult.Pass($"the API still runs at {api}");
    }

    /// <summary>Undo of the deployment.</summary>
    public static async Task<StepResult> StopAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await DeploymentOf(run).StopAsync(cancellationToken);
        return StepResult.Pass("the new system is stopped");
    }

    /// <summary>The API, when it starts, is in maintenance for everybody but the canary organization, and tells no
    /// customer of an alert. After the import, which brings the canary.</summary>
    public static async Task<StepResult> HoldAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var hasCanary = await CanaryOrganization.FindAsync(run.Environment, cancellationToken) is not null;
        await CloseAsync(run, hasCanary ? $" --canary {CanaryIds.Organization}" : "", cancellationToken);
        return StepResult.Pass(
            "the new system is in maintenance for its users, and tells nobody of alerts; "
                + (hasCanary ? "the canary and sensors get through" : "sensors get through")
        );
    }

    /// <summary>On the way back the canary is put off too: nobody writes on the new side any more.</summary>
    public static async Task<StepResult> CloseAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await CloseAsync(run, exception: "", cancellationToken);
        return StepResult.Pass(
            "the new system is in maintenance for its users, and tells nobody of alerts; sensors get through"
        );
    }

    /// <summary>On the way back, before anything is compared: what a sensor sends to the new system from here on is
    /// refused, and not stored where nobody would find it again.</summary>
    public static async Task<StepResult> RefuseSensorsAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var deployment = DeploymentOf(run);
        await deployment.RunAsync("maintenance on --refuse-sensors", cancellationToken);
        await NewSystemHealth.WaitForRefusedSensorsAsync(deployment, run.Clock, cancellationToken);
        return StepResult.Pass("the new system takes nothing any more; sensors that still send to it get 503");
    }

    /// <summary>Ends the maintenance of the new system.</summary>
    public static async Task<StepResult> OpenAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        await DeploymentOf(run).RunAsync("maintenance off", cancellationToken);
        await NewSystemHealth.WaitAsync(DeploymentOf(run), isInMaintenance: false, run.Clock, cancellationToken);
        return StepResult.Pass("the new system is open to everybody");
    }

    /// <summary>From here on customers are told of alerts; those from before the cutover point come in one
    /// digest.</summary>
    public static async Task<StepResult> ReleaseAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var point = run.CutoverPoint.Value.At;
        var said = await DeploymentOf(run)
            .RunAsync($"notifications release {point.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}", cancellationToken);
        return StepResult.Pass(Said(said));
    }

    /// <param name="exception">For whom it stays open, as an option of both commands; empty for nobody.</param>
    private static async Task CloseAsync(RunContext run, string exception, CancellationToken cancellationToken)
    {
        var deployment = DeploymentOf(run);
        await deployment.RunAsync($"maintenance on{exception}", cancellationToken);
        await deployment.RunAsync($"notifications hold{exception}", cancellationToken);
        await NewSystemHealth.WaitAsync(deployment, isInMaintenance: true, run.Clock, cancellationToken);
    }

    /// <summary>What the command says itself; libraries print beside it.</summary>
    private static string Said(string log) =>
        log.Split('\n', StringSplitOptions.TrimEntries).LastOrDefault(line => line.StartsWith("notifications:"))
        ?? throw new InvalidOperationException($"The API's release of the notifications said nothing: {log}");

    private static IApiDeployment DeploymentOf(RunContext run) =>
        run.Deployment
        ?? throw new RefusedException(
            $"Nothing here runs the API's image in '{run.Environment.Name}'. Give its file the sections deploy (the "
                + "server) and public (the names), as environments/example.yaml shows, or name the file that Stage "
                + "wrote."
        );
}

/// <summary>What the deployment leaves in the journal.</summary>
public sealed record DeployOutput(Uri Api);
