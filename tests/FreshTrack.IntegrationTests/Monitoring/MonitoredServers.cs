using System.Net;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.Clients.Prometheus;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.Migration.Parts;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.Minio;
using Testcontainers.PostgreSql;

namespace FreshTrack.IntegrationTests.Monitoring;

/// <summary>Two instances of the API with all that they need, watched by the servers and the files of the stack, under
/// its names; alerts go to an HTTP receiver.</summary>
public sealed class MonitoredServers(Servers servers) : IAsyncLifetime
{
    private const int PrometheusPort = 9090;

    private readonly string run = $"test-monitored-{Guid.CreateVersion7():N}";
    private readonly RenderedConfiguration files = new();
    private readonly Dictionary<string, IContainer> containers = [];
    private int counter;
    private IReadOnlyDictionary<string, string> labels = null!;
    private ImageSet images = null!;
    private INetwork network = null!;

    public PrometheusClient Prometheus { get; private set; } = null!;

    public HttpClient PrometheusHttp { get; private set; } = null!;

    internal Place Place { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await servers.RequireEngineAsync(cancellationToken);
        images = await ImageSet.ReadAsync(
            RepositoryRoot.Find(),
            [
                ImageCatalog.Postgres,
                ImageCatalog.Redis,
                ImageCatalog.ObjectStore,
                ImageCatalog.Api,
                ImageCatalog.Caddy,
                .. ImageCatalog.Monitoring,
            ],
            cancellationToken
        );
        labels = StageLabels.Of(run, keep: false);
        network = new NetworkBuilder()
            .WithName(run)
            .WithLabel(labels)
            .WithCleanUp(false)
            .WithLogger(NullLogger.Instance)
            .Build();
        await network.CreateAsync(cancellationToken);
        await StartDataAsync(cancellationToken);
        await StartAllAsync([Api("api-a"), Api("api-b"), Receiver(), .. Exporters()], cancellationToken);
        await StartAllAsync([Proxy(), Alertmanager(), PrometheusServer()], cancellationToken);
        var port = containers["prometheus"].GetMappedPublicPort(PrometheusPort);
        PrometheusHttp = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        Prometheus = new PrometheusClient(PrometheusHttp);
    }

    public async ValueTask DisposeAsync()
    {
        PrometheusHttp?.Dispose();
        await Leftovers.RemoveRunAsync(run);
        files.Dispose();
    }

    public Task StopAsync(string name, CancellationToken cancellationToken) =>
        containers[name].StopAsync(cancellationToken);

    /// <summary>Starts what was stopped; it may publish another port than before.</summary>
    public Task StartAsync(string name, CancellationToken cancellationToken) =>
        containers[name].StartAsync(cancellationToken);

    /// <summary>Runs a line of shell next to Prometheus.</summary>
    /// <returns>What it printed, and its exit code.</returns>
    public async Task<(string Text, long? ExitCode)> RunInPrometheusAsync(
        string line,
        CancellationToken cancellationToken
    )
    {
        var ended = await containers["prometheus"].ExecAsync(["sh", "-c", line], cancellationToken);
        return (ended.Stdout + ended.Stderr, ended.ExitCode);
    }

    /// <summary>Each message that the receiver took, Alertmanager's JSON in one line.</summary>
    public async Task<IReadOnlyList<string>> ReceivedAsync(CancellationToken cancellationToken)
    {
        var (messages, _) = await containers["receiver"].GetLogsAsync(timestampsEnabled: false, ct: cancellationToken);
        return messages.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>One uplink of the stack's only sensor, sent to the first instance until it is stored.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{containers["api-a"].GetMappedPublicPort(8080)}/"),
        };
        var uplink = Given.AnUplink(Place, ++counter, at: TimeProvider.System.GetUtcNow());
        for (var attempt = 1; ; attempt++)
        {
            var (status, body) = await http.SendAsync(Place.Secret, uplink, cancellationToken);
            if (status == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(attempt < 40, $"{status}: {body}");
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }

    /// <summary>Runs statements in the stack's database, wherever it is published now.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var data = NpgsqlDataSource.Create(Database);
        await data.RunAsync(sql, cancellationToken);
    }

    // A server that was stopped and started may have another port, and its connections are gone.
    private string Database =>
        new NpgsqlConnectionStringBuilder(((PostgreSqlContainer)containers["postgres"]).GetConnectionString())
        {
            Host = "127.0.0.1",
            Pooling = false,
        }.ConnectionString;

    private async Task StartDataAsync(CancellationToken cancellationToken)
    {
        var postgres = Add("postgres", ServerBuilders.Postgres(images).In(network, "postgres", labels).Build());
        var redis = Add("redis", ServerBuilders.Redis(images).In(network, "redis", labels).Build());
        var store = Add("minio", ServerBuilders.ObjectStore(images).In(network, "minio", labels).Build());
        await StartAllAsync([postgres, redis, store], cancellationToken);
        var migrated = await SchemaMigration.RunAsync(
            Database,
            TemperatureUnit.Celsius,
            TimeProvider.System,
            cancellationToken
        );
        Assert.Null(migrated.Problem);
        await using (var data = NpgsqlDataSource.Create(Database))
        {
            Place = await Given.AnOrganizationWithAUnit(data, cancellationToken);
        }

        await ExecuteAsync(
            $"create role freshtrack_exporter login password '{ServerBuilders.Password}' in role pg_monitor; "
                + "create role freshtrack_readonly; grant usage on schema public to freshtrack_readonly; "
                + "grant select on all tables in schema public to freshtrack_readonly",
            cancellationToken
        );
        var address = ServerBuilders.Bucket((MinioContainer)store, ServerBuilders.BucketName);
        using var bucket = new ObjectStore(ObjectStoreAddress.Parse(address));
        await bucket.EnsureBucketAsync(cancellationToken);
    }

    private IContainer Api(string name)
    {
        var key = Path.Combine(files.Folder, "secrets", "webhook_key");
        File.WriteAllText(key, ApiStage.KeyText);
        return Add(
            name,
            ServerBuilders
                .Service(images, ImageCatalog.Api)
                .In(network, name, labels)
                .WithBindMount(key, "/run/secrets/webhook_key", AccessMode.ReadOnly)
                .WithEnvironment(
                    new Dictionary<string, string>
                    {
                        ["FRESHTRACK_DATABASE"] =
                            $"Host=postgres;Username=postgres;Password={ServerBuilders.Password};Database=freshtrack",
                        ["FRESHTRACK_STACK_AUTH_URL"] = "http://stack-auth:8080",
                        ["FRESHTRACK_STACK_AUTH_PROJECT"] = ApiStage.Project,
                        ["FRESHTRACK_WEBHOOK_KEY_FILE"] = "/run/secrets/webhook_key",
                        ["FRESHTRACK_REDIS"] = "redis:6379",
                        ["FRESHTRACK_OBJECT_STORE"] =
                            $"http://{ServerBuilders.AccessKey}:{ServerBuilders.SecretKey}"
                            + $"@minio:{MinioBuilder.MinioPort}/{ServerBuilders.BucketName}",
                        ["FRESHTRACK_DRAIN_SECONDS"] = "0",
                    }
                )
                .WithWaitStrategy(UntilReady(8080, "/health/ready"))
                .Build()
        );
    }

    private IEnumerable<IContainer> Exporters() =>
        [
            Watching(ImageCatalog.NodeExporter, "node-exporter")
                .WithBindMount("/", "/host", AccessMode.ReadOnly)
                .WithCommand("--path.rootfs=/host")
                .Named(containers, "node-exporter"),
            Watching(ImageCatalog.PostgresExporter, "postgres-exporter")
                .WithBindMount(Path.Combine(files.Folder, "secrets"), "/run/secrets", AccessMode.ReadOnly)
                .WithEnvironment("DATA_SOURCE_URI", "postgres:5432/freshtrack?sslmode=disable")
                .WithEnvironment("DATA_SOURCE_USER", "freshtrack_exporter")
                .WithEnvironment("DATA_SOURCE_PASS_FILE", "/run/secrets/postgres_exporter_password")
                .Named(containers, "postgres-exporter"),
            Watching(ImageCatalog.RedisExporter, "redis-exporter")
                .WithEnvironment("REDIS_ADDR", "redis://redis:6379")
                .Named(containers, "redis-exporter"),
            Watching(ImageCatalog.BlackboxExporter, "blackbox-exporter")
                .WithBindMount(Path.Combine(files.Folder, "blackbox"), "/etc/blackbox", AccessMode.ReadOnly)
                .WithCommand("--config.file=/etc/blackbox/blackbox.yml")
                .Named(containers, "blackbox-exporter"),
        ];

    // Another program of an image that is there anyway: nothing else in it is used.
    private IContainer Receiver() =>
        Watching(ImageCatalog.Postgres, "receiver")
            .WithBindMount(Path.Combine(files.Folder, "receiver.pl"), "/receiver.pl", AccessMode.ReadOnly)
            .WithEntrypoint("perl", "/receiver.pl")
            .Named(containers, "receiver");

    private IContainer Proxy() =>
        Watching(ImageCatalog.Caddy, "caddy")
            .WithNetworkAliases(RenderedConfiguration.PublicName)
            .WithBindMount(Path.Combine(files.Folder, "Caddyfile"), "/etc/caddy/Caddyfile", AccessMode.ReadOnly)
            .Named(containers, "caddy");

    private IContainer Alertmanager() =>
        Watching(ImageCatalog.Alertmanager, "alertmanager")
            .WithBindMount(Path.Combine(files.Folder, "alertmanager"), "/etc/alertmanager", AccessMode.ReadOnly)
            .WithBindMount(Path.Combine(files.Folder, "secrets"), "/run/secrets", AccessMode.ReadOnly)
            .WithCommand(
                "--config.file=/etc/alertmanager/alertmanager.yml",
                "--storage.path=/alertmanager",
                "--cluster.listen-address="
            )
            .Named(containers, "alertmanager");

    private IContainer PrometheusServer() =>
        Watching(ImageCatalog.Prometheus, "prometheus")
            .WithBindMount(Path.Combine(files.Folder, "prometheus"), "/etc/prometheus", AccessMode.ReadOnly)
            .WithCommand(
                "--config.file=/etc/prometheus/prometheus.yml",
                "--storage.tsdb.path=/prometheus",
                "--storage.tsdb.retention.time=30d"
            )
            .WithPortBinding(PrometheusPort, assignRandomHostPort: true)
            .WithCreateParameterModifier(create =>
                create.HostConfig!.PortBindings![$"{PrometheusPort}/tcp"][0].HostIP = "127.0.0.1"
            )
            .WithWaitStrategy(UntilReady(PrometheusPort, "/-/ready"))
            .Named(containers, "prometheus");

    private ContainerBuilder Watching(ImageDefinition image, string name) =>
        ServerBuilders.Job(images, image).In(network, name, labels);

    private static IWaitForContainerOS UntilReady(ushort port, string path) =>
        Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(port).ForPath(path));

    private static Task StartAllAsync(IEnumerable<IContainer> containers, CancellationToken cancellationToken) =>
        Task.WhenAll(containers.Select(container => container.StartAsync(cancellationToken)));

    private IContainer Add(string name, IContainer container) => containers[name] = container;
}

internal static class NamedContainers
{
    /// <summary>Builds it and keeps it under its name.</summary>
    public static IContainer Named(this ContainerBuilder builder, Dictionary<string, IContainer> all, string name) =>
        all[name] = builder.Build();
}
