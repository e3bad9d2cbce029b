using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>The Swarm file, as `docker stack deploy` reads it, and against the Compose files that it must agree
/// with.</summary>
public sealed class SwarmFileTests(ComposeProject project) : IClassFixture<ComposeProject>
{
    private const string Environment =
        "set -a; . ./.env.production; API_IMAGE=registry.example.com/freshtrack/api:1.0.0; "
        + "BACKUPS_IMAGE=registry.example.com/freshtrack/backups:1.0.0; set +a; ";

    // Whose volume has one writer, and who answers with several instances.
    private static readonly string[] StartFirst = ["api", "frontend"];

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
        Assert.All(
            project.Secrets.Where(secret => secret.Value.Length > 0),
            secret => Assert.DoesNotContain(secret.Value, stack)
        );

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
                foreach (var key in new[] { "user", "healthcheck", "cap_add", "command", "entrypoint", "tmpfs" })
                {
                    Assert.Equal($"{name} {compose[name].Text(key)}", $"{name} {swarm[name].Text(key)}");
                }

                Assert.Equal(
                    compose[name].Node["deploy"]!["resources"]!.ToJsonString(),
                    swarm[name].Node["deploy"]!["resources"]!.ToJsonString()
                );
                Assert.Equal(compose[name].SecretNames.Order(), swarm[name].SecretNames.Order());
                Assert.Equal(
                    compose[name].Environment.Where(IsSame).OrderBy(variable => variable.Key),
                    swarm[name].Environment.Where(IsSame).OrderBy(variable => variable.Key)
                );
            }
        );

        static bool IsSame(KeyValuePair<string, string> variable) => variable.Key != "API_UPSTREAMS";
    }

    [Fact]
    public async Task Only_Caddy_has_ports_and_only_those_without_a_volume_start_before_the_old_one_ends()
    {
        var services = StackService.In(await RenderAsync());

        Assert.Equal(["caddy"], services.Where(service => service.Ports.Count > 0).Select(service => service.Name));
        Assert.Equal(
            StartFirst,
            services.Where(service => Order(service) == "start-first").Select(service => service.Name).Order()
        );
        Assert.All(
            services.Where(service => service.Mounts.Any(mount => $"{mount["type"]}" == "volume")),
            service => Assert.Equal("stop-first", Order(service))
        );
        Assert.All(services, service => Assert.Equal("rollback", $"{Update(service)["failure_action"]}"));

        static JsonNode Update(StackService service) => service.Node["deploy"]!["update_config"]!;

        static string Order(StackService service) => $"{Update(service)["order"]}";
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

    private async Task<JsonNode> RenderAsync()
    {
        (
            await project.ShellAsync(
                Environment + "docker compose -p freshtrack -f compose.swarm.yaml config --format json > swarm.json"
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
