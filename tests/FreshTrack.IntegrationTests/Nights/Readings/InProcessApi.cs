using FreshTrack.Api;
using FreshTrack.Api.Commands;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Schema;
using FreshTrack.Cutover.Environments;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace FreshTrack.IntegrationTests.Nights.Readings;

/// <summary>The API and its commands in this process: a night without containers of its own.</summary>
internal sealed class InProcessApi(ApiOptions options) : IApiDeployment, IAsyncDisposable
{
    private readonly NpgsqlDataSource database = FreshTrackApi.CreateDataSource(options.Database);
    private WebApplication? running;

    /// <summary>The webhook of the API that runs.</summary>
    public Uri Webhook => new(new Uri(running!.Urls.First()), "/api/webhooks/ttn");

    public async Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        var result = command.Split(' ') switch
        {
            ["migrate", "F"] => await MigrateAsync(cancellationToken),
            ["index-webhook-secrets"] => await IndexAsync(cancellationToken),
            ["maintenance", "on", "--refuse-sensors"] => await MaintenanceCommand.RefuseSensorsAsync(
                database,
                cancellationToken
            ),
            ["maintenance", var state] => await MaintenanceCommand.SwitchAsync(
                database,
                state == "on",
                canary: null,
                cancellationToken
            ),
            ["notifications", "hold"] => await NotificationsCommand.HoldAsync(
                database,
                canary: null,
                TimeProvider.System,
                cancellationToken
            ),
            ["notifications", "release", var point] => await NotificationsCommand.ReleaseAsync(
                database,
                point,
                channels: [],
                TimeProvider.System,
                cancellationToken
            ),
            _ => throw new InvalidOperationException($"Unknown command '{command}'."),
        };
        return result.Code == CommandResult.Success
            ? result.Line
            : throw new InvalidOperationException($"The API's command '{command}' ended with {result}");
    }

    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        running = FreshTrackApi.Build(options);
        await running.StartAsync(cancellationToken);
        return new Uri(running.Urls.First());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (running is { } app)
        {
            running = null;
            await app.StopAsync(cancellationToken);
            await app.DisposeAsync();
        }
    }

    public Task<Uri?> FindAsync(CancellationToken cancellationToken) =>
        Task.FromResult(running is { } app ? new Uri(app.Urls.First()) : null);

    public async Task<IReadOnlyList<InstanceHealth>> HealthAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) is { } api
            ? [await InstanceHealth.AskAsync("api", api, cancellationToken)]
            : [];

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await database.DisposeAsync();
    }

    private async Task<CommandResult> MigrateAsync(CancellationToken cancellationToken)
    {
        var result = await SchemaMigration.RunAsync(
            options.Database,
            TemperatureUnit.Fahrenheit,
            TimeProvider.System,
            cancellationToken
        );
        return result.Problem is { } problem
            ? CommandResult.Failed(problem)
            : CommandResult.Passed($"migrate: {result.Applied.Count} scripts applied.");
    }

    private async Task<CommandResult> IndexAsync(CancellationToken cancellationToken)
    {
        var counts = await WebhookSecretIndex.BuildAsync(database, options.WebhookKey, cancellationToken);
        return counts.Undecryptable.Count == 0
            ? CommandResult.Passed($"index-webhook-secrets: {counts.Indexed} indexed.")
            : CommandResult.Failed("index-webhook-secrets: not every secret opens.");
    }
}
