using System.Text.RegularExpressions;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>What Compose makes of the files, against the rules of the stack.</summary>
public sealed partial class StackPolicyTests(ComposeProject project) : IClassFixture<ComposeProject>
{
    private static readonly string[] Services =
    [
        "alertmanager",
        "alloy",
        "api-a",
        "api-b",
        "backups",
        "blackbox-exporter",
        "caddy",
        "frontend",
        "grafana",
        "loki",
        "minio",
        "node-exporter",
        "postgres",
        "postgres-exporter",
        "prometheus",
        "redis",
        "redis-exporter",
        "uptime-kuma",
    ];

    [Fact]
    public async Task Every_service_keeps_every_rule()
    {
        var rendered = await project.RenderAsync();

        Assert.Equal("freshtrack", $"{rendered["name"]}");
        Assert.Equal(Services, StackService.In(rendered).Select(service => service.Name).Order());
        Assert.Empty(StackPolicy.Findings(rendered));
    }

    [Fact]
    public async Task File_that_breaks_a_rule_is_refused_for_that_rule_alone()
    {
        var breaches = StackBreaches.All;
        for (var i = 0; i < breaches.Count; i++)
        {
            project.Write($"breach-{i}.yaml", breaches[i].Overlay);
        }

        var rendered = await project.RenderAllAsync([.. breaches.Select((_, i) => $"-f breach-{i}.yaml")]);

        Assert.Equal(
            breaches.Select(breach => $"{breach.Overlay} => {breach.Finding}"),
            rendered.Select((one, i) => $"{breaches[i].Overlay} => {string.Join(", ", StackPolicy.Findings(one))}")
        );
    }

    [Fact]
    public async Task Uptime_Kuma_is_as_the_seed_says()
    {
        var kuma = StackService.In(await project.RenderAsync()).Single(service => service.Name == "uptime-kuma");

        Assert.Equal("louislam/uptime-kuma:1", kuma.Image);
        Assert.Equal("frostguard-uptime-kuma", kuma.Text("container_name"));
        Assert.Equal(
            "uptime_kuma_data:/app/data",
            string.Join(' ', kuma.Mounts.Select(m => $"{m["source"]}:{m["target"]}"))
        );
        Assert.Equal(["127.0.0.1:3002:3001/tcp"], kuma.Ports);
        Assert.Equal("unless-stopped", kuma.Restart);
        var resources = kuma.Node["deploy"]!["resources"]!;
        Assert.Equal($"{256L << 20} 0.5", $"{resources["limits"]!["memory"]} {resources["limits"]!["cpus"]}");
        Assert.Equal(
            $"{128L << 20} 0.1",
            $"{resources["reservations"]!["memory"]} {resources["reservations"]!["cpus"]}"
        );
    }

    [Fact]
    public async Task Both_instances_of_the_api_are_one()
    {
        var services = StackService.In(await project.RenderAsync()).ToDictionary(service => service.Name);

        Assert.Equal(services["api-a"].Node.ToJsonString(), services["api-b"].Node.ToJsonString());
    }

    [Fact]
    public async Task No_secret_is_shown_by_the_configuration()
    {
        var (compose, migrate) = (await project.RenderAsync(), await project.RenderAsync("--profile commands"));

        foreach (var (name, value) in project.Hidden)
        {
            Assert.False(compose.ToJsonString().Contains(value), $"The configuration shows {name}.");
            Assert.False(migrate.ToJsonString().Contains(value), $"The configuration shows {name}.");
        }
    }

    [Fact]
    public async Task Every_secret_that_a_service_asks_for_has_a_command_and_every_command_is_asked_for()
    {
        var files = StackSecrets.Read((await project.RenderAsync("--profile commands")).ToJsonString());

        Assert.Equal(StackSecrets.All.Select(secret => secret.Name).Order(), files.Select(file => file.Name).Order());
        StackSecrets.Require(files, file => File.Exists(file.File) ? new FileInfo(file.File).Length : null);
        File.Delete(Path.Combine(project.Folder, "secrets", "api_database"));
        var refused = Assert.Throws<RefusedException>(() =>
            StackSecrets.Require(files, file => File.Exists(file.File) ? new FileInfo(file.File).Length : null)
        );
        Assert.Contains("1 of ", refused.Message);
        Assert.Contains("secrets/.new secrets/api_database", refused.Message);
        project.Write("secrets/api_database", project.Secrets["api_database"]);
    }

    [Fact]
    public async Task Images_are_those_that_the_catalog_names()
    {
        var images = StackService.In(await project.RenderAsync()).ToDictionary(one => one.Name, one => one.Image);
        var named = ImageCatalog.All.Where(image => image.PublicName is not null && images.ContainsKey(image.Name));

        // A variant of the same version, such as -alpine, is one of them.
        Assert.All(named, image => Assert.StartsWith(image.PublicName!, images[image.Name]));
        Assert.Equal(ImageCatalog.ObjectStore.PublicName, images["minio"]);
        Assert.Equal(ImageCatalog.Caddy.PublicName, images["frontend"]);
        Assert.Superset(
            new HashSet<string>(["caddy", "postgres", "redis"]),
            named.Select(image => image.Name).ToHashSet()
        );
    }

    [Fact]
    public async Task Every_variable_of_the_files_stands_in_the_example_and_the_other_way_round()
    {
        var root = RepositoryRoot.Find();
        var used = new[] { "compose.yaml", "compose.production.yaml", "compose.swarm.yaml" }
            .SelectMany(file => Names(UsedVariable(), File.ReadAllText(Path.Combine(root, file))))
            .ToHashSet();
        var example = await File.ReadAllTextAsync(
            Path.Combine(root, ".env.production.example"),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(used.Order(), used.Where(name => example.Contains(name)).Order());
        Assert.Empty(Names(SetVariable(), example).Except(used));

        static IEnumerable<string> Names(Regex pattern, string text) =>
            pattern.Matches(text).Select(match => match.Groups["name"].Value);
    }

    [Theory]
    [InlineData("API_HOST", "host name of the API")]
    [InlineData("STACK_AUTH_PROJECT", "project id of Stack Auth")]
    [InlineData("STACK_AUTH_PUBLISHABLE_KEY", "publishable client key of Stack Auth")]
    [InlineData("RELEASE", "the release to run")]
    public async Task Variable_that_is_missing_is_named(string name, string expected)
    {
        var refused = await project.ShellAsync(
            $"sed '/^{name}=/d' .env.production > .env.less; "
                + "docker compose --env-file .env.less -f compose.yaml -f compose.production.yaml config -q"
        );

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains($"{name} is missing a value: {expected}", refused.Text);
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.NonBacktracking)]
    private static partial Regex UsedVariable();

    [GeneratedRegex(
        "^(# )?(?<name>[A-Z_]+)=",
        RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture
    )]
    private static partial Regex SetVariable();
}
