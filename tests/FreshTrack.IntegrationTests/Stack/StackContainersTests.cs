using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>What the engine makes of the Compose files: containers of every service, from images of the same
/// names.</summary>
public sealed class StackContainersTests(ComposeProject project) : IClassFixture<ComposeProject>, IAsyncLifetime
{
    // A name with a digest cannot be given to another image.
    private const string Minio = "MINIO_IMAGE=minio/minio:RELEASE.2025-09-07T16-13-09Z";

    private IReadOnlyList<StackService> services = [];
    private StandInImages images = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await project.ShellAsync($"grep -q '^{Minio}' .env.production || echo '{Minio}' >> .env.production");
        services = StackService.In(await project.RenderAsync());
        images = await StandInImages.TagAsync(services.Select(service => service.Image), Substitute, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await project.ComposeAsync("down --volumes --timeout 1");
        await images.DisposeAsync();
    }

    [Fact]
    public async Task Engine_takes_every_service_with_the_limits_that_it_has_and_shows_no_secret()
    {
        (await project.ComposeAsync("create --pull never --quiet-pull")).Require("docker compose create");

        var made = await InspectAsync();
        Assert.Equal(services.Select(service => service.Name).Order(), made.Keys.Order());
        Assert.All(
            services,
            service =>
            {
                var host = made[service.Name]["HostConfig"]!;
                Assert.Equal($"{service.Limits!["memory"]}", $"{host["Memory"]}");
                Assert.Equal(decimal.Parse($"{service.Limits["cpus"]}") * 1e9m, decimal.Parse($"{host["NanoCpus"]}"));
                Assert.Equal($"{service.Limits["pids"]}", $"{host["PidsLimit"]}");
                Assert.Equal("true", $"{host["ReadonlyRootfs"]}");
                Assert.Equal("""["ALL"]""", host["CapDrop"]!.ToJsonString());
                Assert.Equal("unless-stopped", $"{host["RestartPolicy"]!["Name"]}");
                Assert.Equal("10m", $"{host["LogConfig"]!["Config"]!["max-size"]}");
                Assert.Equal(service.User, $"{made[service.Name]["Config"]!["User"]}");
            }
        );
        var shown = string.Concat(made.Values.Select(container => container.ToJsonString()));
        Assert.All(
            project.Hidden,
            secret => Assert.False(shown.Contains(secret.Value), $"docker inspect shows {secret.Key}.")
        );
    }

    [Fact]
    public async Task Restart_policy_of_the_seed_is_what_the_engine_refuses()
    {
        project.Write(
            "seed.yaml",
            "services: { uptime-kuma: { deploy: { restart_policy: { condition: any, delay: 5s, max_attempts: 3 } } } }"
        );

        Assert.True((await project.ComposeAsync("-f seed.yaml config -q")).Succeeded);
        var refused = await project.ComposeAsync("-f seed.yaml create --pull never uptime-kuma");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("maximum retry count", refused.Text);
    }

    [Fact]
    public async Task Secrets_are_readable_for_the_user_of_each_container_and_not_with_another_mode()
    {
        var holders = services.Where(service => service.SecretNames.Count > 0).ToList();

        foreach (var service in holders)
        {
            var read = await ReadSecretsAsync(service);
            read.Require($"Reading the secrets of {service.Name}");
            Assert.Equal(Expected(service), Hash(read.Text));
        }

        await project.ShellAsync("chmod 600 secrets/*");
        var failed = new List<string>();
        foreach (var service in holders.Where(service => service.User is not "0:0"))
        {
            failed.AddRange((await ReadSecretsAsync(service)).Succeeded ? [] : [service.Name]);
        }

        await project.ShellAsync("chmod 444 secrets/*");
        Assert.Equal(holders.Where(service => service.User is not "0:0").Select(service => service.Name), failed);
    }

    // Without the service's own program, and without what it waits for.
    private Task<CommandResult> ReadSecretsAsync(StackService service)
    {
        var files = string.Join(' ', service.SecretNames.Select(name => $"/run/secrets/{name}"));
        return project.ComposeAsync(
            $"run --rm --no-deps -T --entrypoint /bin/sh {service.Name} "
                + $"-ec 'cat {files} > /dev/null; cat {files} | sha256sum'"
        );
    }

    private string Expected(StackService service) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(string.Concat(service.SecretNames.Select(name => project.Secrets[name])))
            )
        );

    private static string Hash(string text) =>
        text.Split('\n', ' ').Single(word => word.Length == 64 && word.All(char.IsAsciiHexDigit));

    private string Substitute(string name) =>
        name switch
        {
            // Backups run as postgres, too.
            _ when name.StartsWith("postgres:") || name.Contains("backups") => project.Reference(ImageCatalog.Postgres),
            _ when name.StartsWith("redis:") => project.Reference(ImageCatalog.Redis),
            _ when name.StartsWith("caddy:") => project.Reference(ImageCatalog.Caddy),
            _ => project.Reference(ImageCatalog.Api),
        };

    /// <summary>What the engine says of the project's containers, by service.</summary>
    private async Task<IReadOnlyDictionary<string, JsonNode>> InspectAsync()
    {
        (
            await project.ComposeAsync("ps -aq > containers && docker inspect $(cat containers) > inspected.json")
        ).Require("docker inspect");
        var text = await File.ReadAllTextAsync(Path.Combine(project.Folder, "inspected.json"), Cancel);
        return JsonNode
            .Parse(text)!
            .AsArray()
            .ToDictionary(
                container => $"{container!["Config"]!["Labels"]!["com.docker.compose.service"]}",
                one => one!
            );
    }
}
