using System.Security.Cryptography;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Uplinks;
using FreshTrack.Load;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>PostgreSQL and Redis in containers on ports that they keep, and the API as a process: each of them can be
/// ended and started again.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    private const int Sensors = 20;

    private readonly string run = $"chaos-{Guid.CreateVersion7():N}";
    private readonly string keyFile = Path.GetTempFileName();

    // Container ids.
    private string postgres = "";
    private string redis = "";

    private ChaosStage() { }

    public ApiProcess Api { get; private set; } = null!;

    public NpgsqlDataSource Data { get; private set; } = null!;

    public LoadTarget Target { get; private set; } = null!;

    public static async Task<ChaosStage> StartAsync(CancellationToken cancellationToken)
    {
        var stage = new ChaosStage();
        try
        {
            await stage.StartServersAsync(cancellationToken);
            await stage.Api.StartAsync(cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public Task KillPostgresAsync(CancellationToken cancellationToken) =>
        DockerAsync(cancellationToken, "kill", "--signal", "KILL", postgres);

    public Task StartPostgresAsync(CancellationToken cancellationToken) =>
        DockerAsync(cancellationToken, "start", postgres);

    public Task KillRedisAsync(CancellationToken cancellationToken) =>
        DockerAsync(cancellationToken, "kill", "--signal", "KILL", redis);

    public Task StartRedisAsync(CancellationToken cancellationToken) => DockerAsync(cancellationToken, "start", redis);

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (Data is not null)
        {
            await Data.DisposeAsync();
        }

        File.Delete(keyFile);
        await Leftovers.RemoveRunAsync(run);
    }

    private async Task StartServersAsync(CancellationToken cancellationToken)
    {
        var images = await ImageSet.ReadAsync(
            RepositoryRoot.Find(),
            [ImageCatalog.Postgres, ImageCatalog.Redis],
            cancellationToken
        );
        var labels = StageLabels.Of(run, keep: false);
        var (postgresPort, redisPort) = (ApiProcess.FreePort(), ApiProcess.FreePort());
        var database = ServerBuilders
            .Postgres(images)
            .WithLabel(labels)
            .WithPortBinding(postgresPort, 5432)
            .WithCleanUp(false)
            .Build();
        var cache = ServerBuilders
            .Redis(images)
            .WithLabel(labels)
            .WithPortBinding(redisPort, 6379)
            .WithCleanUp(false)
            .Build();
        await Task.WhenAll(database.StartAsync(cancellationToken), cache.StartAsync(cancellationToken));
        (postgres, redis) = (database.Id, cache.Id);

        var address = new NpgsqlConnectionStringBuilder(database.GetConnectionString())
        {
            Host = "127.0.0.1",
        }.ConnectionString;
        Assert.Null(
            (
                await SchemaMigration.RunAsync(address, TemperatureUnit.Celsius, TimeProvider.System, cancellationToken)
            ).Problem
        );
        // Connections that were open when the server was killed must not be used again.
        Data = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address) { Pooling = false });
        await File.WriteAllTextAsync(
            keyFile,
            Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]),
            cancellationToken
        );
        Api = new ApiProcess(address, $"127.0.0.1:{redisPort}", keyFile);
        Target = new LoadTarget(Api.Address, await SensorsAsync(cancellationToken), [], TimeProvider.System);
    }

    private async Task<IReadOnlyList<DeviceTarget>> SensorsAsync(CancellationToken cancellationToken)
    {
        var secret = $"whsec-{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
        await using var command = Data.CreateCommand(SensorOrganization.Sql);
        command.Parameters.AddWithValue(Sensors);
        command.Parameters.AddWithValue(ApiStage.Key.Lookup(secret));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return
        [
            .. Enumerable
                .Range(1, Sensors)
                .Select(number => new DeviceTarget(
                    $"{number:D16}",
                    $"sensor-{number}",
                    "freshtrack",
                    secret,
                    "temperature_humidity",
                    null,
                    5m
                )),
        ];
    }

    private static async Task DockerAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await Command.DockerAsync(cancellationToken, arguments)).Require($"docker {arguments[0]}");
}
