using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Networks;
using FreshTrack.Cutover.Visitors;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Caddy with the stack's Caddyfile and certificates of its own authority, as restricted as the stack has it,
/// in front of a server that answers for every service with what it was asked.</summary>
public sealed class StackProxy(Servers servers) : IAsyncLifetime
{
    public const string App = "app.freshtrack.test";
    public const string Api = "api.freshtrack.test";
    public const string Monitoring = "monitoring.freshtrack.test";
    public const string Status = "status.freshtrack.test";
    public const string Password = "of-the-operations";

    // Whether the API is well, and whether it is ready, is said by files, so that a test can change it.
    private const string Echo = """
        {
        	admin off
        	auto_https off
        }
        (echo) {
        	respond "{http.request.method} {http.request.uri} {http.request.header.Authorization}"
        }
        (api) {
        	@ill file {
        		root /tmp
        		try_files /ill
        	}
        	handle /health {
        		respond @ill `{"status":"unavailable","database":{"status":"unavailable"}}` 503
        		respond `{"status":"ok","database":{"status":"ok"}}` 200
        	}
        	@unready file {
        		root /tmp
        		try_files /unready /unready-{http.request.port}
        	}
        	handle /health/ready {
        		respond @unready 503
        		respond 200
        	}
        	@home {
        		host app.freshtrack.test
        		path /
        	}
        	handle @home {
        		header Content-Type text/html
        		respond `<script>fetch("https://api.freshtrack.test/api/asked-by-a-page")</script>`
        	}
        	@echoed header Echoed *
        	respond @echoed "{http.request.method} {http.request.body}"
        	import echo
        }
        # Of two instances one dies with what it was asked, and the other says what it got.
        http://:8080 {
        	@dies header Dies *
        	abort @dies
        	import api
        }
        http://:8081 {
        	@lives header Dies *
        	respond @lives "{http.request.method} {http.request.body}"
        	import api
        }
        http://:3000, http://:3001, http://:3100, http://:9090 {
        	import echo
        }
        """;

    private static readonly string[] Services =
    [
        "api-a",
        "api-b",
        "frontend",
        "grafana",
        "prometheus",
        "loki",
        "uptime-kuma",
    ];

    private readonly string run = $"test-proxy-{Guid.CreateVersion7():N}";
    private INetwork network = null!;
    private IContainer echo = null!;
    private IContainer caddy = null!;
    private X509Certificate2 authority = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Cancel);
        var repository = RepositoryRoot.Find();
        var images = await ImageSet.ReadAsync(repository, [ImageCatalog.Caddy], Cancel);
        var labels = StageLabels.Of(run, keep: false);
        network = new NetworkBuilder()
            .WithName(run)
            .WithLabel(labels)
            .WithCleanUp(false)
            .WithLogger(NullLogger.Instance)
            .Build();
        await network.CreateAsync(Cancel);
        var stands = new ContainerBuilder(images.Reference(ImageCatalog.Caddy)).WithLogger(NullLogger.Instance);
        echo = Services
            .Aggregate(stands.In(network, "echo", labels), (builder, alias) => builder.WithNetworkAliases(alias))
            .WithResourceMapping(Encoding.UTF8.GetBytes(Echo), "/etc/caddy/Caddyfile")
            .Build();
        var hash = (
            await Command.DockerAsync(
                Cancel,
                "run",
                "--rm",
                images.Reference(ImageCatalog.Caddy),
                "sh",
                "-c",
                $"echo {Password} | caddy hash-password"
            )
        ).Require("Hashing a password");
        caddy = stands
            .In(network, "caddy", labels)
            .WithEnvironment("APP_HOST", App)
            .WithEnvironment("API_HOST", Api)
            .WithEnvironment("MONITORING_HOST", Monitoring)
            .WithEnvironment("STATUS_HOST", Status)
            .WithEnvironment("API_UPSTREAMS", "api-a:8080 api-b:8081")
            // This Caddy is older than the stack's.
            .WithEnvironment("API_BODIES", "")
            .WithEnvironment("CADDY_TLS", "internal")
            .WithResourceMapping(Deployed(repository, "Caddyfile"), "/etc/caddy/Caddyfile")
            .WithResourceMapping(Deployed(repository, "maintenance/index.html"), "/srv/maintenance/index.html")
            .WithResourceMapping(
                Encoding.ASCII.GetBytes($"operations {hash.LastLines(1)}"),
                "/run/secrets/monitoring_users"
            )
            .WithTmpfsMount("/data")
            .WithTmpfsMount("/config")
            .WithPortBinding(80, assignRandomHostPort: true)
            .WithPortBinding(443, assignRandomHostPort: true)
            .WithPortBinding(9180, assignRandomHostPort: true)
            .WithCreateParameterModifier(create =>
            {
                create.HostConfig!.CapDrop = ["ALL"];
                create.HostConfig.CapAdd = ["NET_BIND_SERVICE"];
                create.HostConfig.SecurityOpt = ["no-new-privileges:true"];
            })
            .WithWaitStrategy(
                Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(9180).ForPath("/health"))
            )
            .Build();
        await ContainerStart.AllAsync([("echo", echo), ("caddy", caddy)], progress: null, Cancel);
        var root = await InCaddyAsync("cat", "/data/caddy/pki/authorities/local/root.crt");
        authority = X509Certificate2.CreateFromPem(root.Stdout);
    }

    /// <summary>The root of the proxy's own authority, as PEM.</summary>
    public string Authority => authority.ExportCertificatePem();

    /// <summary>Where the proxy answers.</summary>
    public Front Front =>
        new(
            new HostAndPort("127.0.0.1", caddy.GetMappedPublicPort(443)),
            new HostAndPort("127.0.0.1", caddy.GetMappedPublicPort(80))
        );

    /// <summary>The root of an authority that signed nothing here.</summary>
    public static string OtherAuthority()
    {
        using var key = ECDsa.Create();
        var request = new CertificateRequest("CN=Other", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var root = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return root.ExportCertificatePem();
    }

    /// <summary>A client that resolves every public name to this proxy, and trusts its authority alone.</summary>
    public HttpClient Client() => PublicNames.Client(authority, port => caddy.GetMappedPublicPort(port));

    /// <summary>Runs a command in Caddy's container.</summary>
    public Task<ExecResult> InCaddyAsync(params string[] command) => caddy.ExecAsync(command, Cancel);

    /// <summary>Makes the API well or ill.</summary>
    public Task<ExecResult> SetIllAsync(bool isIll) =>
        echo.ExecAsync(isIll ? ["touch", "/tmp/ill"] : ["rm", "-f", "/tmp/ill"], Cancel);

    /// <summary>Lets instances say that they are ready, or that they are not.</summary>
    /// <param name="port">Of the one that is meant; null for both.</param>
    public Task<ExecResult> SetReadyAsync(bool isReady, int? port = null)
    {
        var file = port is null ? "/tmp/unready" : $"/tmp/unready-{port}";
        return echo.ExecAsync(isReady ? ["rm", "-f", file] : ["touch", file], Cancel);
    }

    /// <summary>Lets the proxy take in its Caddyfile as a script changes it.</summary>
    /// <param name="sed">Empty for the file as it is.</param>
    public async Task ReloadAsync(string sed)
    {
        var ended = await InCaddyAsync(
            "sh",
            "-ec",
            $"sed '{sed}' /etc/caddy/Caddyfile | caddy reload --adapter caddyfile --config - --force"
        );
        Assert.True(ended.ExitCode == 0, ended.Stderr);
    }

    public Task<string> LogAsync() => caddy.LogAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        authority?.Dispose();
        await Leftovers.RemoveRunAsync(run);
    }

    private static byte[] Deployed(string repository, string file) =>
        File.ReadAllBytes(Path.Combine(repository, "deploy", "caddy", file));
}
