using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Operations;
using FreshTrack.Api.Schema;
using Npgsql;

namespace FreshTrack.Api;

/// <summary>The commands of the image: <c>serve</c> (default), <c>migrate [C|F]</c>,
/// <c>maintenance on|off</c>, <c>index-webhook-secrets</c>.</summary>
internal static class Program
{
    private const int Passed = 0;
    private const int Failed = 1;
    private const int Refused = 4;

    public static async Task<int> Main(string[] arguments)
    {
        var command = arguments is [] ? "serve" : string.Join(' ', arguments);
        try
        {
            return command switch
            {
                "serve" => await ServeAsync(),
                "migrate" => await MigrateAsync(temperatures: null, CancellationToken.None),
                "migrate C" => await MigrateAsync(TemperatureUnit.Celsius, CancellationToken.None),
                "migrate F" => await MigrateAsync(TemperatureUnit.Fahrenheit, CancellationToken.None),
                "maintenance on" => await SwitchMaintenanceAsync(isOn: true, CancellationToken.None),
                "maintenance off" => await SwitchMaintenanceAsync(isOn: false, CancellationToken.None),
                "index-webhook-secrets" => await IndexWebhookSecretsAsync(CancellationToken.None),
                _ => Complain(
                    Refused,
                    $"Unknown command '{command}'. "
                        + "Use serve, migrate, migrate C, migrate F, maintenance on, maintenance off or "
                        + "index-webhook-secrets."
                ),
            };
        }
        catch (InvalidSettingsException exception)
        {
            return exception.Problems.Aggregate(Refused, (code, problem) => Complain(code, $"{command}: {problem}"));
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            return Complain(Failed, $"{command}: {exception.Message.ReplaceLineEndings(" ")}");
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
                Passed,
                (_, service) =>
                    Complain(
                        Failed,
                        $"serve: {service.GetType().Name} failed: "
                            + service.ExecuteTask!.Exception!.GetBaseException().Message.ReplaceLineEndings(" ")
                    )
            );

    private static async Task<int> MigrateAsync(TemperatureUnit? temperatures, CancellationToken cancellationToken)
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var database = settings.Database();
        settings.ThrowIfInvalid();
        var result = await SchemaMigration.RunAsync(database, temperatures, TimeProvider.System, cancellationToken);
        if (result.Problem is { } problem)
        {
            return Complain(Failed, $"migrate: {problem}");
        }

        Console.WriteLine(
            (
                result.Applied.Count == 0
                    ? "migrate: the schema was up to date. "
                    : $"migrate: {result.Applied.Count} scripts applied. "
            ) + result.Temperatures
        );
        return Passed;
    }

    private static async Task<int> SwitchMaintenanceAsync(bool isOn, CancellationToken cancellationToken)
    {
        var settings = new Settings(Environment.GetEnvironmentVariable);
        var address = settings.Database();
        settings.ThrowIfInvalid();
        await using var database = FreshTrackApi.CreateDataSource(address);
        var word = isOn ? "on" : "off";
        Console.WriteLine(
            await MaintenanceTable.SetAsync(database, isOn, cancellationToken)
                ? $"maintenance: {word} for every instance, within a second."
                : $"maintenance: it was {word} already."
        );
        return Passed;
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
            ? Passed
            : Complain(
                Failed,
                $"index-webhook-secrets: the secrets of {string.Join(", ", counts.Undecryptable)} were not "
                    + "encrypted under this key. Check FRESHTRACK_WEBHOOK_KEY_FILE."
            );
    }

    private static int Complain(int code, string line)
    {
        Console.Error.WriteLine(line);
        return code;
    }
}
