using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Stack.Swarm;

/// <summary>The Swarm file, as `docker stack deploy` reads it, and against the Compose files that it must agree
/// with.</summary>
public sealed class SwarmFileTests(ComposeProject project) : IClassFixture<ComposeProject>
{
    // How instances are found: by name, or as tasks.
    private static readonly string[] Apart = ["API_UPSTREAMS", "API_DISCOVERY"];

    private const string Environment =
        "set -a; . ./.env.production; API_IMAGE=registry.example.com/freshtrack/api:1.0.0; "
        + "BACKUPS_IMAGE=registry.example.com/freshtrack/backups:1.0.0; set +a; ";

    [Fact]
    public async Task Docker_stack_takes_the_file_and_a_broken_one_is_refused()
    {
        var taken = await project.ShellAsync(Environment + "docker stack config -c compose.swarm.yaml > stack.yaml");
        taken.Require("docker stack config");
        Assert.DoesNotContain("nsupported", taken.Text);
        var stack = await File.ReadAllTextAsync(
            Path.Combine(project.Folder, "stack.yaml"),
            TestContext.Current.CancellationToken
        );
        Assert.All(project.Hidden, secret => Assert.DoesNotContain(secret.Value, stack));

        await project.ShellAsync(
            "sed 's/^services:/name: freshtrack\\n\\nservices:/' compose.swarm.yaml > broken.yaml"
        );
        var refused = await project.ShellAsync(Environment + "docker stack config -c broken.yaml");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("name", refused.Text);
    }

    [Fact]
    public async Task Swarm_keeps_the_rules_that_it_can_keep() =>
        Assert.Empty(StackPolicy.SwarmFindings(await RenderAsync()));

    [Theory]
    [InlineData("redis", "ports: ['6379:6379']", "no port but Caddy's")]
    [InlineData("uptime-kuma", "ports: ['127.0.0.1:3002:3001']", "no port but Caddy's")]
    [InlineData("postgres", "deploy: { update_config: { order: start-first } }", "one writer of a volume: stop-first")]
    [InlineData("api", "deploy: { update_config: { order: stop-first } }", "instances without a volume: start-first")]
    [InlineData("api", "deploy: { update_config: { failure_action: pause } }", "an update that fails is taken back")]
    [InlineData("loki", "deploy: { restart_policy: { condition: none } }", "a restart policy")]
    [InlineData("loki", "user: root", "a user, no root but those excepted")]
    public async Task File_that_breaks_a_rule_is_refused_for_that_rule_alone(string service, string change, string rule)
    {
        project.Write("breach.yaml", $"services: {{ {service}: {{ {change} }} }}");

        Assert.Equal([$"{service}: {rule}"], StackPolicy.SwarmFindings(await RenderAsync("-f breach.yaml")));
    }

    [Fact]
    public async Task Services_agree_with_those_of_the_Compose_files()
    {
        var swarm = StackService.In(await RenderAsync()).ToDictionary(service => service.Name);
        var compose = StackService.In(await project.RenderAsync()).ToDictionary(service => service.Name);
        compose["api"] = compose["api-a"];
        compose.Remove("api-a");
        compose.Remove("api-b");

        Assert.Equal(compose.Keys.Order(), swarm.Keys.Order());
        Assert.All(swarm.Keys.Except(["api", "backups"]), name => Assert.Equal(compose[name].Image, swarm[name].Image));
        Assert.All(
            swarm.Keys,
            name =>
            {
                foreach (var key in new[] { "user", "healthcheck", "cap_add", "command", "entrypoint" })
                {
                    // A Swarm replaces Caddy; the server's gets its file while it runs.
                    if ((name, key) != ("caddy", "command"))
                    {
                        Assert.Equal($"{name} {compose[name].Text(key)}", $"{name} {swarm[name].Text(key)}");
                    }
                }

                Assert.Equal(
                    compose[name].Node["deploy"]!["resources"]!.ToJsonString(),
                    swarm[name].Node["deploy"]!["resources"]!.ToJsonString()
                );
                Assert.Equal(compose[name].SecretNames.Order(), swarm[name].SecretNames.Order());
                // Swarm knows them as mounts alone.
                Assert.Empty(swarm[name].List("tmpfs"));
                Assert.Equal(compose[name].List("tmpfs").Order(), Memory(swarm[name]).Except(["/dev/shm"]).Order());
                Assert.Equal(
                    compose[name].Environment.Where(IsSame).OrderBy(variable => variable.Key),
                    swarm[name].Environment.Where(IsSame).OrderBy(variable => variable.Key)
                );
            }
        );

        static IEnumerable<string> Memory(StackService service) =>
            service.Mounts.Where(mount => $"{mount["type"]}" == "tmpfs").Select(mount => $"{mount["target"]}");

        static bool IsSame(KeyValuePair<string, string> variable) => !Apart.Contains(variable.Key);
    }

    [Fact]
    public async Task Replicas_are_found_one_by_one()
    {
        var services = StackService.In(await RenderAsync()).ToDictionary(service => service.Name);

        Assert.Equal("tasks", services["caddy"].Environment["API_DISCOVERY"]);
        Assert.Contains(
            services["prometheus"].Mounts,
            mount =>
                $"{mount["source"]}".EndsWith("/deploy/prometheus/swarm")
                && $"{mount["target"]}" == "/etc/prometheus/instances"
        );
    }

    [Fact]
    public async Task Welcome_page_has_all_of_its_files_and_they_exist()
    {
        var rendered = await RenderAsync();
        var site = Path.Combine(project.Folder, "deploy", "welcome", "site");

        var served = rendered["services"]!["frontend"]!["configs"]!
            .AsArray()
            .Where(config => $"{config!["target"]}".StartsWith("/srv/"))
            .Select(config => $"{config!["target"]} {rendered["configs"]![$"{config["source"]}"]!["file"]}");

        Assert.Equal(
            Directory.EnumerateFiles(site).Select(file => $"/srv/{Path.GetFileName(file)} {file}").Order(),
            served.Order()
        );
    }

    [Fact]
    public async Task Restart_policy_of_Uptime_Kuma_is_the_seed_s_and_secrets_have_versions()
    {
        var rendered = await RenderAsync();
        var policy = rendered["services"]!["uptime-kuma"]!["deploy"]!["restart_policy"]!;

        Assert.Equal("any 5s 3", $"{policy["condition"]} {policy["delay"]} {policy["max_attempts"]}");
        foreach (var kind in new[] { "secrets", "configs" })
        {
            Assert.All(rendered[kind]!.AsObject(), one => Assert.Equal($"{one.Key}_1", $"{one.Value!["name"]}"));
        }
    }

    private async Task<JsonNode> RenderAsync(string options = "")
    {
        (
            await project.ShellAsync(
                $"{Environment} docker compose -p freshtrack -f compose.swarm.yaml {options} "
                    + "config --format json > swarm.json"
            )
        ).Require("docker compose config of the Swarm file");
        return JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(project.Folder, "swarm.json"),
                TestContext.Current.CancellationToken
            )
        )!;
    }
}
