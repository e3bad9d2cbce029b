using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;

namespace FreshTrack.IntegrationTests.Api.Containers;

/// <summary>Two instances of the API's image behind Caddy, on a database and a Stack Auth of their own; their file
/// systems are read-only.</summary>
internal sealed class ProxiedApi : IAsyncDisposable
{
    private const string KeyFile = "/run/freshtrack/webhook_key";

    private readonly string run = $"test-proxied-{Guid.CreateVersion7():N}";
    private readonly string keyFolder = Directory.CreateTempSubdirectory("freshtrack-").FullName;
    private readonly INetwork network;
    private readonly PostgreSqlContainer postgres;
    private readonly IContainer stackAuth;
    private readonly IContainer caddy;

    private ProxiedApi(ImageSet images)
    {
        var labels = StageLabels.Of(run, keep: false);
        network = new NetworkBuilder()
            .WithName(run)
            .WithLabel(labels)
            .WithCleanUp(false)
            .WithLogger(NullLogger.Instance)
            .Build();
        postgres = ServerBuilders.Postgres(images).In(network, "target", labels).Build();
        stackAuth = ServerBuilders
            .Service(images, ImageCatalog.StackAuth)
            .In(network, "stack-auth", labels)
            .WithEnvironment("STACK_PROJECT_ID", ApiStage.Project)
            .WithEnvironment("STACK_SERVER_KEY", ServerKey)
            .WithEnvironment("STACK_PUBLIC_URL", "http://stack-auth:8080")
            .WithWaitStrategy(
                Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForPath("/health"))
            )
            .Build();
        Instances = [.. new[] { "api-1", "api-2" }.Select(name => Api(images, name, labels))];
        caddy = ServerBuilders
            .Caddy(images, "api-1:8080 api-2:8080")
            .In(network, "caddy", labels)
            .WithWaitStrategy(
                Wait.ForUnixContainer()
                    .UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForPath("/health/live"))
            )
            .Build();
    }

    public static string ServerKey => "ssk_test";

    public IReadOnlyList<IContainer> Instances { get; }

    /// <summary>Where clients go: Caddy.</summary>
    public Uri Address => Published(caddy);

    public Uri StackAuth => Published(stackAuth);

    public NpgsqlDataSource Data { get; private set; } = null!;

    public static async Task<ProxiedApi> StartAsync(CancellationToken cancellationToken)
    {
        var images = await ImageSet.ReadAsync(
            RepositoryRoot.Find(),
            [ImageCatalog.Postgres, ImageCatalog.StackAuth, ImageCatalog.Api, ImageCatalog.Caddy],
            cancellationToken
        );
        await Leftovers.RemoveAsync(cancellationToken);
        var proxied = new ProxiedApi(images);
        try
        {
            await proxied.StartAllAsync(cancellationToken);
            return proxied;
        }
        catch
        {
            await proxied.DisposeAsync();
            throw;
        }
    }

    /// <summary>What Caddy complained about so far.</summary>
    public async Task<string> ComplaintsAsync(CancellationToken cancellationToken)
    {
        var (_, log) = await caddy.GetLogsAsync(timestampsEnabled: false, ct: cancellationToken);
        return string.Join('\n', log.Split('\n').Where(line => !line.Contains("\"level\":\"info\"")));
    }

    public async ValueTask DisposeAsync()
    {
        if (Data is not null)
        {
            await Data.DisposeAsync();
        }

        await Leftovers.RemoveRunAsync(run);
        Directory.Delete(keyFolder, recursive: true);
    }

    private async Task StartAllAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(keyFolder, "webhook_key"), ApiStage.KeyText, cancellationToken);
        await network.CreateAsync(cancellationToken);
        await Task.WhenAll(postgres.StartAsync(cancellationToken), stackAuth.StartAsync(cancellationToken));
        var database = new NpgsqlConnectionStringBuilder(postgres.GetConnectionString())
        {
            Host = "127.0.0.1",
        }.ConnectionString;
        Assert.Null(
            (
                await SchemaMigration.RunAsync(
                    database,
                    TemperatureUnit.Celsius,
                    TimeProvider.System,
                    cancellationToken
                )
            ).Problem
        );
        Data = NpgsqlDataSource.Create(database);
        await Task.WhenAll(Instances.Select(instance => instance.StartAsync(cancellationToken)));
        await caddy.StartAsync(cancellationToken);
    }

    private IContainer Api(ImageSet images, string name, IReadOnlyDictionary<string, string> labels) =>
        ServerBuilders
            .Service(images, ImageCatalog.Api)
            .In(network, name, labels)
            .WithBindMount(Path.Combine(keyFolder, "webhook_key"), KeyFile, AccessMode.ReadOnly)
            .WithCreateParameterModifier(create =>
            {
                create.HostConfig!.ReadonlyRootfs = true;
                create.HostConfig.CapDrop = ["ALL"];
            })
            .WithEnvironment(
                new Dictionary<string, string>
                {
                    ["FRESHTRACK_DATABASE"] =
                        $"Host=target;Username=postgres;Password={ServerBuilders.Password};Database=freshtrack",
                    ["FRESHTRACK_STACK_AUTH_URL"] = "http://stack-auth:8080",
                    ["FRESHTRACK_STACK_AUTH_PROJECT"] = ApiStage.Project,
                    ["FRESHTRACK_WEBHOOK_KEY_FILE"] = KeyFile,
                }
            )
            .WithWaitStrategy(
                Wait.ForUnixContainer()
                    .UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForPath("/health/ready"))
            )
            .Build();

    private static Uri Published(IContainer container) =>
        new($"http://127.0.0.1:{container.GetMappedPublicPort(8080)}/");
}
