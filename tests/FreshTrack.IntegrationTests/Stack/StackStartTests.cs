using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>The application of the Compose files themselves, running: production's users, roles, settings, restrictions
/// and file secrets, on images of the same products.</summary>
public sealed class StackStartTests(ComposeProject project) : IClassFixture<ComposeProject>
{
    private const string Overlay = """
        # Ports of this machine's loopback, whichever are free.
        services: { caddy: { ports: !override ['127.0.0.1::80', '127.0.0.1::443'] } }
        """;

    // What a health check of its own would say, from inside the network of the API.
    private const string Ask = """
        exec -T api-a bash -c "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /health HTTP/1.0\r\n\r\n' >&3; cat <&3"
        """;

    [Fact]
    public async Task Application_gets_healthy_after_the_owner_migrated_and_logs_no_secret()
    {
        project.Write("loopback.yaml", Overlay);
        (
            await project.ShellAsync(
                $"""
                cat >> .env.production <<'END'
                API_IMAGE={project.Reference(ImageCatalog.Api)}
                POSTGRES_IMAGE={project.Reference(ImageCatalog.Postgres)}
                REDIS_IMAGE={project.Reference(ImageCatalog.Redis)}
                CADDY_IMAGE={project.Reference(ImageCatalog.Caddy)}
                FRONTEND_IMAGE={project.Reference(ImageCatalog.Caddy)}
                CADDY_TLS=internal
                API_BODIES=
                END
                """
            )
        ).Require("Naming images");

        (await RunAsync("--progress quiet up -d --wait --pull never postgres redis")).Require("Starting data services");
        var migrated = (await RunAsync("run --rm -T commands migrate F")).Require("Migrating");
        Assert.Contains("scripts applied. Temperatures are in °F.", migrated.Text);
        (await RunAsync("--progress quiet up -d --wait --pull never --no-deps api-a api-b frontend caddy")).Require(
            "Starting the application"
        );

        var health = (await RunAsync(Ask)).Require("Asking the API");
        Assert.Contains(
            """
            "database":{"status":"ok"
            """.Trim(),
            health.Text
        );
        Assert.Contains(
            """
            "redis":{"status":"ok"
            """.Trim(),
            health.Text
        );
        Assert.Contains("\"notifications_held\":true", health.Text);
        Assert.Equal(
            ["NOPERM", "NOPERM", "PONG", "maxmemory", "NOPERM"],
            Answers(
                await RedisAsync("flushall"),
                await RedisAsync("config get maxmemory"),
                await RedisAsync("--user exporter ping"),
                await RedisAsync("--user exporter config get maxmemory"),
                await RedisAsync("--user exporter set a b")
            )
        );
        var log = (await RunAsync("logs --no-color")).Require("Reading logs").Text;
        Assert.All(project.Hidden, secret => Assert.False(log.Contains(secret.Value), $"A log shows {secret.Key}."));
    }

    private Task<CommandResult> RedisAsync(string command) =>
        RunAsync($"exec -T redis sh -c 'REDISCLI_AUTH=$(cat /run/secrets/redis_password) redis-cli {command}'");

    private static IEnumerable<string> Answers(params IEnumerable<CommandResult> results) =>
        results.Select(result => result.Text.Split(' ', '\n')[0]);

    private Task<CommandResult> RunAsync(string command) => project.ComposeAsync($"-f loopback.yaml {command}");
}
