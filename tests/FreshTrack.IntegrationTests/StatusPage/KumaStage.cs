using DotNet.Testcontainers.Containers;
using FreshTrack.Clients.Kuma;
using FreshTrack.Cutover.StatusPages;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.StatusPage;

/// <summary>An Uptime Kuma that was never used, with a program in its container that answers as the API and the
/// application do, for the tests of a class.</summary>
public sealed class KumaStage(Servers servers) : IAsyncLifetime
{
    public const string Secret = "https://hooks.example.com/hunter2";

    private const int WatchedPort = 8080;

    private const string Watched = """
        const http = require("http");
        const health = JSON.stringify({ status: "ok", database: { status: "ok" }, redis: { status: "ok" } });
        http.createServer((request, response) => {
          if (request.url === "/api/webhooks/ttn" && request.method !== "POST") response.statusCode = 405;
          response.setHeader("Content-Type", request.url === "/health" ? "application/json" : "text/html");
          response.end(request.url === "/health" ? health : "<html></html>");
        }).listen(8080, "127.0.0.1");
        """;

    private readonly string run = $"test-kuma-{Guid.CreateVersion7():N}";
    private readonly string folder = Directory.CreateTempSubdirectory("kuma").FullName;

    private IContainer container = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Shared, so that the class signs in with the password once.</summary>
    public KumaLogin Login { get; private set; } = null!;

    public PublicPageClient Visitor { get; private set; } = null!;

    public StatusPageServer Server => new(Login, Visitor);

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Token);
        container = await StartAsync();
        Login = new KumaLogin(Account());
        Visitor = new PublicPageClient(
            new HttpClient { BaseAddress = Login.Account.Address, Timeout = TimeSpan.FromSeconds(10) }
        );
        var started = await container.ExecAsync(["sh", "-c", $"node -e '{Watched}' > /dev/null 2>&1 &"], Token);
        Assert.Equal(0, started.ExitCode);
        var secret = Path.Combine(folder, "secrets", "alertmanager_webhook");
        Directory.CreateDirectory(Path.GetDirectoryName(secret)!);
        await File.WriteAllTextAsync(secret, Secret, Token);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        }
    }

    /// <summary>Another server, which goes with this one.</summary>
    public async Task<IContainer> StartAsync()
    {
        var images = await ImageSet.ReadAsync(RepositoryRoot.Find(), [ImageCatalog.UptimeKuma], Token);
        var server = ServerBuilders
            .UptimeKuma(images)
            .WithLabel(StageLabels.Of(run, keep: false))
            .WithCleanUp(false)
            .Build();
        await server.StartAsync(Token);
        return server;
    }

    public KumaAccount Account(string password = ServerBuilders.Password, IContainer? server = null) =>
        new(
            new Uri($"http://127.0.0.1:{(server ?? container).GetMappedPublicPort(ServerBuilders.KumaPort)}/"),
            "admin",
            password
        );

    /// <summary>Production's own file, with addresses of this stage.</summary>
    public StatusPageSettings Settings()
    {
        var watched = new Uri($"http://127.0.0.1:{WatchedPort}/");
        return StatusPageFile.Read(
            Path.Combine(RepositoryRoot.Find(), "deploy", "uptime-kuma.yaml"),
            new Dictionary<string, Uri>
            {
                ["app"] = watched,
                ["api"] = watched,
                ["api_inside"] = watched,
                ["status"] = new("https://status.freshtrack.test"),
            },
            folder
        );
    }

    /// <summary>A page and a maintenance of a test's own, over the monitors of production's file.</summary>
    public StatusPageSettings Own(string slug)
    {
        var settings = Settings();
        return settings with
        {
            Page = settings.Page with { Slug = slug, Address = new Uri($"https://{slug}.freshtrack.test") },
            Maintenance = new MaintenanceText(slug, "A test's own"),
        };
    }

    /// <summary>As <see cref="Own"/>, over one monitor of the test's own too.</summary>
    public StatusPageSettings Alone(string name)
    {
        var settings = Own(name);
        return settings with
        {
            Page = settings.Page with { Groups = new Dictionary<string, IReadOnlyList<string>> { ["All"] = [name] } },
            Monitors = [settings.Monitors[0] with { Name = name }],
        };
    }

    public VisitorNotices Notices(StatusPageSettings settings) => new(Login, Visitor, settings, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Leftovers.RemoveRunAsync(run);
        Directory.Delete(folder, recursive: true);
    }
}
