using FreshTrack.Api.Commands;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Notifications;
using FreshTrack.Api.Schema;
using Npgsql;

namespace FreshTrack.Api;

/// <summary>The commands of the image; <c>docs/API.md</c> lists them.</summary>
internal static class Program
{
    private const string Commands =
        "serve, migrate, migrate C, migrate F, maintenance on [--canary ORGANIZATION | --refuse-sensors], "
        + "maintenance off, "
        + "notifications hold [--canary ORGANIZATION], notifications release CUTOVER-POINT, "
        + "create-admin EMAIL ORGANIZATION [--owner] or index-webhook-secrets";

    public static async Task<int> Main(string[] arguments)
    {
        var command = arguments is [] ? "serve" : string.Join(' ', arguments);
        var none = CancellationToken.None;
        try
        {
            return arguments switch
            {
                [] or ["serve"] => await ServeAsync(),
                ["migrate"] => Print(await MigrateAsync(temperatures: null, none)),
                ["migrate", "C"] => Print(await MigrateAsync(TemperatureUnit.Celsius, none)),
                ["migrate", "F"] => Print(await MigrateAsync(TemperatureUnit.Fahrenheit, none)),
                ["maintenance", "on"] => await OnDatabaseAsync(database =>
                    MaintenanceCommand.SwitchAsync(database, isOn: true, canary: null, none)
                ),
                ["maintenance", "on", "--refuse-sensors"] => await OnDatabaseAsync(database =>
                    MaintenanceCommand.RefuseSensorsAsync(database, none)
                ),
                ["maintenance", "on", "--canary", var canary] => await OnDatabaseAsync(database =>
                    MaintenanceCommand.SwitchAsync(database, isOn: true, canary, none)
                ),
                ["maintenance", "off"] => await OnDatabaseAsync(database =>
                    MaintenanceCommand.SwitchAsync(database, isOn: false, canary: null, none)
                ),
                ["notifications", "hold"] => await OnDatabaseAsync(database =>
                    NotificationsCommand.HoldAsync(database, canary: null, TimeProvider.System, none)
                ),
                ["notifications", "hold", "--canary", var canary] => await OnDatabaseAsync(database =>
                    NotificationsCommand.HoldAsync(database, canary, TimeProvider.System, none)
                ),
                ["notifications", "release"] => await ReleaseAsync(cutoverPoint: null, none),
                ["notifications", "release", var cutoverPoint] => await ReleaseAsync(cutoverPoint, none),
                ["create-admin", var email, var organization] => await OnDatabaseAsync(database =>
                    CreateAdminCommand.RunAsync(
                        database,
                        email,
                        organization,
                        asOwner: false,
                        TimeProvider.System,
                        none
                    )
                ),
                ["create-admin", var email, var organization, "--owner"] => await OnDatabaseAsync(database =>
                    CreateAdminCommand.RunAsync(database, email, organization, asOwner: true, TimeProvider.System, none)
                ),
                ["index-webhook-secrets"] => await IndexWebhookSecretsAsync(none),
                _ => Print(CommandResult.Refused($"Unknown command '{command}'. Use {Commands}.")),
            };
        }
        catch (InvalidSettingsException exception)
        {
            return exception.Problems.Aggregate(
                CommandResult.Refusal,
                (_, problem) => Print(CommandResult.Refused($"{command}: {problem}"))
            );
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            return Print(CommandResult.Failed($"{command}: {exception.Message.ReplaceLineEndings(" ")}"));
        }
    }

    private static async Task<int> ServeAsync()
    {
        await using var app = FreshTrackApi.Build(ApiOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        return await ServeAsync(app);
    }

    /// <summary>Until it is stopped.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> ServeAsync(WebApplication app)
    {
        await app.StartAsync(CancellationToken.None);
        app.Logger.Listening(string.Join(' ', app.Urls));
        await app.WaitForShutdownAsync(CancellationToken.None);
        return ExitCode(app.Services.GetServices<IHostedService>());
    }

    /// <summary>The host stops in good order when a service fails; whoever restarts it must see that.</summary>
    private static int ExitCode(IEnumerable<IHostedService> services) =>
        services
            .OfType<BackgroundService>()
            .Where(service => service.ExecuteTask is { IsFaulted: true })
            .Aggregate(
                CommandResult.Success,
                (_, service) =>
                    Print(
                        CommandResult.Failed(
                            $"serve: {service.GetType().Name} failed: "
                                + service.ExecuteTask!.Exception!.GetBaseException().Message.ReplaceLineEndings(" ")
                        )
                    )
            );

    private static async Task<CommandResult> MigrateAsync(
        TemperatureUnit? temperatures,
        CancellationToken cancellationToken
    )
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var database = settings.Database();
        settings.ThrowIfInvalid();
        var result = await SchemaMigration.RunAsync(database, temperatures, TimeProvider.System, cancellationToken);
        return result.Problem is { } problem ? CommandResult.Failed($"migrate: {problem}")
            : result.Applied.Count == 0
                ? CommandResult.Passed($"migrate: the schema was up to date. {result.Temperatures}")
            : CommandResult.Passed($"migrate: {result.Applied.Count} scripts applied. {result.Temperatures}");
    }

    /// <summary>Runs a command that needs no setting but the database.</summary>
    private static async Task<int> OnDatabaseAsync(Func<NpgsqlDataSource, Task<CommandResult>> run)
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var address = settings.Database();
        settings.ThrowIfInvalid();
        await using var database = FreshTrackApi.CreateDataSource(address);
        return Print(await run(database));
    }

    /// <summary>Needs the settings of the channels, too: they decide who can be told.</summary>
    private static async Task<int> ReleaseAsync(string? cutoverPoint, CancellationToken cancellationToken)
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var address = settings.Database();
        var channels = ApiOptions.ChannelsOf(settings.ReadSmtp(), settings.ReadTelnyx());
        settings.ThrowIfInvalid();
        await using var database = FreshTrackApi.CreateDataSource(address);
        return Print(
            await NotificationsCommand.ReleaseAsync(
                database,
                cutoverPoint,
                channels,
                TimeProvider.System,
                cancellationToken
            )
        );
    }

    private static async Task<int> IndexWebhookSecretsAsync(CancellationToken cancellationToken)
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var (database, key) = (settings.Database(), settings.WebhookKey());
        settings.ThrowIfInvalid();
        await using var source = FreshTrackApi.CreateDataSource(database);
        var counts = await WebhookSecretIndex.BuildAsync(source, key, cancellationToken);
        Console.WriteLine(
            $"index-webhook-secrets: {counts.Indexed} indexed, {counts.WithoutSecret} without a secret, "
                + $"{counts.Undecryptable.Count} not decrypted."
                + (counts.IsRolledBack ? " Nothing was changed." : "")
        );
        return counts.Undecryptable.Count == 0
            ? CommandResult.Success
            : Print(
                CommandResult.Failed(
                    $"index-webhook-secrets: the secrets of {string.Join(", ", counts.Undecryptable)} were not "
                        + "encrypted under this key. Check FRESHTRACK_WEBHOOK_KEY_FILE."
                )
            );
    }

    private static int Print(CommandResult result)
    {
        (result.Code == CommandResult.Success ? Console.Out : Console.Error).WriteLine(result.Line);
        return result.Code;
    }
}
