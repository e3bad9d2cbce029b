using System.Text.Json.Nodes;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>The Compose files with an environment and secrets, in a folder of their own, as they lie on a server; the
/// engine's client reads them from a container that has the folder at the same path.</summary>
public sealed class ComposeProject(Servers servers) : IAsyncLifetime
{
    private const string Files = "docker compose --env-file .env.production -f compose.yaml -f compose.production.yaml";

    private const string Unused = "none";

    // What only a person has.
    private static readonly Dictionary<string, string> Typed = new()
    {
        ["webhook_key"] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        ["monitoring_users"] = "operations $2a$14$5ZpyjVQ5a3Rg5Fn1yWpGt.4dLkAc2IYnyw4yIvSPdqDvn0dPnyoka",
        ["alertmanager_webhook"] = "https://alerts.example.com/of-the-tests",
        ["smtp_password"] = "of-the-mail-server",
        ["telnyx_key"] = Unused,
    };

    private ImageSet images = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Folder { get; } = Directory.CreateTempSubdirectory("freshtrack-stack-").FullName;

    /// <summary>Of the Compose project, where containers are made.</summary>
    public string Name { get; } = $"test-stack-{Guid.CreateVersion7():N}";

    /// <summary>The contents of every secret by its name.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; private set; } = new Dictionary<string, string>();

    /// <summary>What nobody may show, by the name of its secret.</summary>
    public IEnumerable<KeyValuePair<string, string>> Hidden =>
        Secrets
            .Where(secret => secret.Value != Unused)
            .Select(secret => KeyValuePair.Create(secret.Key, secret.Value.Trim()));

    public async ValueTask InitializeAsync()
    {
        await servers.RequireEngineAsync(Cancel);
        var root = RepositoryRoot.Find();
        images = await ImageSet.ReadAsync(
            root,
            [ImageCatalog.Compose, ImageCatalog.Api, ImageCatalog.Postgres, ImageCatalog.Redis, ImageCatalog.Caddy],
            Cancel
        );
        foreach (var file in new[] { "compose.yaml", "compose.production.yaml", "compose.swarm.yaml" })
        {
            File.Copy(Path.Combine(root, file), Path.Combine(Folder, file));
        }

        CopyFolder(Path.Combine(root, "deploy"), Path.Combine(Folder, "deploy"));
        File.Copy(Path.Combine(root, ".env.production.example"), Path.Combine(Folder, ".env.production"));
        await WriteSecretsAsync();
    }

    /// <summary>What Compose makes of its files.</summary>
    /// <param name="options">More options, such as <c>-f other.yaml</c> or <c>--profile commands</c>.</param>
    public async Task<JsonNode> RenderAsync(string options = "") => (await RenderAllAsync([options])).Single();

    /// <summary>The same for several sets of options, in one container.</summary>
    public async Task<IReadOnlyList<JsonNode>> RenderAllAsync(IReadOnlyList<string> options)
    {
        var commands = options.Select((option, i) => $"{Files} {option} config --format json > rendered-{i}.json");
        (await ShellAsync(string.Join('\n', commands))).Require("docker compose config");
        return
        [
            .. options.Select((_, i) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"rendered-{i}.json")))!),
        ];
    }

    /// <summary>A Compose command on the project's files.</summary>
    internal Task<CommandResult> ComposeAsync(string command) => ShellAsync($"{Files} -p {Name} {command}");

    /// <summary>A script in the container of the engine's client.</summary>
    internal Task<CommandResult> ShellAsync(string script) =>
        Command.DockerAsync(
            Cancel,
            "run",
            "--rm",
            "--volume",
            "/var/run/docker.sock:/var/run/docker.sock",
            "--volume",
            $"{Folder}:{Folder}",
            "--workdir",
            Folder,
            images.Reference(ImageCatalog.Compose),
            "bash",
            "-euc",
            script
        );

    internal string Reference(ImageDefinition image) => images.Reference(image);

    /// <summary>Writes a file of the folder.</summary>
    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);

    public async ValueTask DisposeAsync()
    {
        if (images is not null)
        {
            // What a test that failed left.
            await Command.DockerAsync(
                CancellationToken.None,
                "run",
                "--rm",
                "--volume",
                "/var/run/docker.sock:/var/run/docker.sock",
                images.Reference(ImageCatalog.Compose),
                "docker",
                "compose",
                "-p",
                Name,
                "down",
                "--volumes",
                "--timeout",
                "1"
            );
        }

        Directory.Delete(Folder, recursive: true);
    }

    // By the commands that a person is told, in their order.
    private async Task WriteSecretsAsync()
    {
        var commands = StackSecrets.All.Select(secret =>
            Typed.TryGetValue(secret.Name, out var text)
                ? $"printf %s '{text}' > secrets/{secret.Name}"
                : secret.Command
        );
        (
            await ShellAsync($"{StackSecrets.DirectoryCommand}\n{string.Join('\n', commands)}\nchmod 444 secrets/*")
        ).Require("Making secrets");
        Secrets = Directory
            .EnumerateFiles(Path.Combine(Folder, "secrets"))
            .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
