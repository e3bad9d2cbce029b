using CliWrap;
using CliWrap.Buffered;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack.Running;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>A second machine to which the application of the Compose files is deployed over SSH, with secrets made
/// there by the documented commands.</summary>
public sealed class DeployedServer(Servers servers) : IAsyncLifetime
{
    /// <summary>Application and data services, for which images can be had.</summary>
    public static readonly string[] Application = ["postgres", "redis", "api-a", "api-b", "frontend", "caddy"];

    public const string Folder = "/opt/freshtrack-pro";

    /// <summary>Of the release.</summary>
    public const string Caddyfile = "deploy/caddy/Caddyfile";

    private static readonly string[] Files =
    [
        "compose.yaml",
        "compose.swarm.yaml",
        "deploy",
        ".env.production.example",
    ];

    /// <summary>What is shorter is no secret: a user's name, or that there is none.</summary>
    private const int LongestName = 12;

    // What only a person has.
    private static readonly Dictionary<string, string> Typed = new()
    {
        ["webhook_key"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ["monitoring_users"] = "operations $2a$14$5ZpyjVQ5a3Rg5Fn1yWpGt.4dLkAc2IYnyw4yIvSPdqDvn0dPnyoka",
        ["alertmanager_webhook"] = "https://alerts.example.com/of-the-tests",
        ["smtp_password"] = "none",
        ["telnyx_key"] = "none",
    };

    private ImageSet images = null!;
    private SecondServer server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal SecondServer Server => server;

    internal ServerDirectory Directory { get; private set; } = null!;

    internal Compose Compose { get; private set; } = null!;

    /// <param name="seconds">How long services may take to be well.</param>
    internal StackDeployment Deployment(int seconds) =>
        new(server.Shell, Directory, Compose) { Within = TimeSpan.FromSeconds(seconds) };

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Token);
        images = await ImageSet.ReadAsync(
            RepositoryRoot.Find(),
            [
                ImageCatalog.Server,
                ImageCatalog.Api,
                ImageCatalog.Postgres,
                ImageCatalog.Redis,
                ImageCatalog.ObjectStore,
                ImageCatalog.Caddy,
                ImageCatalog.Prometheus,
            ],
            Token
        );
        server = await SecondServer.StartAsync(images, Token);
        Directory = new ServerDirectory(server.Shell, Folder);
        Compose = new Compose(
            server.Shell,
            new FreshTrack.Cutover.Deploy.ComposeProject(
                "freshtrack",
                Directory.CurrentPath,
                ["compose.yaml"],
                ".env.production"
            )
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    public string Reference(ImageDefinition image) => images.Reference(image);

    /// <summary>The release of this checkout, with images that are here.</summary>
    /// <param name="api">The API's image.</param>
    /// <param name="variables">More lines of <c>.env.production</c>.</param>
    public Release Release(string api, params string[] variables) => Release(api, caddyfile: null, variables);

    /// <summary>The same with another Caddyfile.</summary>
    public Release Release(string api, string? caddyfile, string[] variables) =>
        FreshTrack.Cutover.Deploy.Release.Read(
            RepositoryRoot.Find(),
            Files,
            new Dictionary<string, string>
            {
                [Caddyfile] = caddyfile ?? File.ReadAllText(Path.Combine(RepositoryRoot.Find(), Caddyfile)),
                [".env.production"] = Variables(api, variables),
            }
        );

    /// <summary>The content of <c>.env.production</c>, with images that are here.</summary>
    /// <param name="api">The API's image.</param>
    /// <param name="more">More lines.</param>
    public string Variables(string api, params IEnumerable<string> more) =>
        string.Join(
            '\n',
            [
                .. File.ReadLines(Path.Combine(RepositoryRoot.Find(), ".env.production.example"))
                    .Where(line => !line.StartsWith('#')),
                $"API_IMAGE={api}",
                $"POSTGRES_IMAGE={Reference(ImageCatalog.Postgres)}",
                $"REDIS_IMAGE={Reference(ImageCatalog.Redis)}",
                $"CADDY_IMAGE={Reference(ImageCatalog.Caddy)}",
                $"FRONTEND_IMAGE={Reference(ImageCatalog.Caddy)}",
                "CADDY_TLS=internal",
                // This Caddy is older than the stack's.
                "API_BODIES=",
                .. more,
                "",
            ]
        );

    /// <summary>What runs there.</summary>
    internal RunningStack Running =>
        new(
            server,
            async (service, cancellationToken) =>
                (await Compose.ServicesAsync(cancellationToken)).Single(one => one.Service == service).Name
        );

    /// <summary>A client of the public names, at the address of the other machine.</summary>
    public Task<HttpClient> ClientAsync() => Running.ClientAsync(Token);

    /// <summary>A command of Docker on Caddy's container: the word, the container, and more words.</summary>
    public async Task<string> InCaddyAsync(string command, params string[] words)
    {
        var caddy = (await Compose.ServicesAsync(Token)).Single(service => service.Service == "caddy");
        return await server.Shell.RunAsync(["docker", command, caddy.Name, .. words], Token);
    }

    /// <summary>An image with the same program, and another identity.</summary>
    public Task<string> NextVersionAsync(string name, string instruction) =>
        DerivedAsync(ImageCatalog.Api, name, instruction);

    /// <summary>An image that is made from one of ours.</summary>
    public async Task<string> DerivedAsync(ImageDefinition image, string name, string instructions)
    {
        var dockerfile = $"FROM {Reference(image)}\n{instructions}\n";
        await Cli.Wrap("docker")
            .WithArguments(["build", "--quiet", "--tag", name, "-"])
            .WithStandardInputPipe(PipeSource.FromString(dockerfile))
            .ExecuteBufferedAsync(Token);
        return name;
    }

    /// <summary>What nobody may show, by the name of its secret.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SecretsAsync()
    {
        var secrets = new Dictionary<string, string>();
        foreach (var secret in StackSecrets.All)
        {
            if (await Directory.ReadAsync($"secrets/{secret.Name}", Token) is { Length: > LongestName } text)
            {
                secrets[secret.Name] = text.Trim();
            }
        }

        return secrets;
    }

    /// <summary>Makes every secret on the server: the commands of the documentation, and what a person would
    /// type.</summary>
    public async Task MakeSecretsAsync()
    {
        foreach (var secret in StackSecrets.All)
        {
            if (Typed.TryGetValue(secret.Name, out var typed))
            {
                await Directory.PlaceSecretAsync(secret.Name, typed, Token);
            }
            else
            {
                await server.Shell.RunAsync(
                    ["bash", "-c", $"cd {Folder} && {StackSecrets.DirectoryCommand} && {secret.Command}"],
                    Token
                );
            }
        }
    }
}
