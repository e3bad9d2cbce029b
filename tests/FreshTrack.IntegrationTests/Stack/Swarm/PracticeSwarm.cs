using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Images;
using FreshTrack.IntegrationTests.Stack.Running;

namespace FreshTrack.IntegrationTests.Stack.Swarm;

/// <summary>A Swarm of one node on the other machine, with the services of <c>compose.swarm.yaml</c> that have an image
/// here. The others are there too, with no replicas.</summary>
internal sealed class PracticeSwarm(DeployedServer server)
{
    private const string Current = "current";
    private const string Overlay = "practice.yaml";

    private static readonly string[] WithoutImage =
    [
        "alertmanager",
        "node-exporter",
        "postgres-exporter",
        "redis-exporter",
        "blackbox-exporter",
        "loki",
        "alloy",
        "grafana",
        "uptime-kuma",
        "backups",
        // No reading needs it, and its stand-in takes no secrets from files.
        "minio",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public RunningStack Running => new(server.Server, OneContainerAsync);

    private ServerShell Shell => server.Server.Shell;

    /// <summary>Makes the Swarm, and puts files, secrets and images where a deploy finds them.</summary>
    /// <param name="apis">Versions of the API, the first one at first.</param>
    public async Task PrepareAsync(IReadOnlyList<string> apis, CancellationToken cancellationToken)
    {
        var release = server.Release(
            apis[0],
            $"PROMETHEUS_IMAGE={server.Reference(ImageCatalog.Prometheus)}",
            "BACKUPS_IMAGE=none",
            "API_ENDPOINT_MODE=dnsrr"
        );
        await server.Directory.PutAsync(release, cancellationToken);
        await server.Directory.SwitchAsync(release.Id, cancellationToken);
        await server.Directory.WriteAsync($"{Current}/{Overlay}", OverlayText, cancellationToken);
        await server.MakeSecretsAsync();
        ImageDefinition[] others =
        [
            ImageCatalog.Postgres,
            ImageCatalog.Redis,
            ImageCatalog.Caddy,
            ImageCatalog.Prometheus,
        ];
        await server.Server.LoadAsync([.. apis, .. others.Select(server.Reference)], cancellationToken);
        await ShellAsync(
            "docker swarm init --advertise-addr eth0; "
                + "docker node update --label-add freshtrack=data \"$(docker node ls -q)\"",
            cancellationToken
        );
    }

    /// <summary>As the head of the Swarm file says.</summary>
    public Task DeployAsync(string api, int replicas, CancellationToken cancellationToken) =>
        ShellAsync(
            $"set -a; . ./.env.production; API_IMAGE={api}; API_REPLICAS={replicas}; set +a; "
                + $"docker stack deploy --resolve-image never -c compose.swarm.yaml -c {Overlay} freshtrack",
            cancellationToken
        );

    /// <summary>Brings the schema up to date by the documented command.</summary>
    public Task<string> MigrateAsync(string unit, CancellationToken cancellationToken) =>
        ShellAsync($"deploy/swarm-migrate.sh {unit}", cancellationToken);

    /// <summary>Returns when so many tasks of a service run, which is when they are healthy.</summary>
    public async Task UntilRunningAsync(string service, int tasks, CancellationToken cancellationToken)
    {
        var states = "";
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        do
        {
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            Assert.False(limited.IsCancellationRequested, $"{service}: {tasks} tasks were to run, there are: {states}");
            states = await Shell.RunAsync(
                [
                    "docker",
                    "service",
                    "ps",
                    "--filter",
                    "desired-state=running",
                    "--format",
                    "{{.CurrentState}}",
                    $"freshtrack_{service}",
                ],
                cancellationToken
            );
        } while (states.Split('\n').Count(state => state.StartsWith("Running ")) != tasks);
    }

    /// <summary>Returns when an update of a service has ended.</summary>
    /// <returns>How: <c>completed</c>, <c>paused</c>, <c>rollback_completed</c>.</returns>
    public async Task<string> UpdateEndAsync(string service, CancellationToken cancellationToken)
    {
        string state;
        do
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            state = await InspectAsync(
                service,
                "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}none{{end}}",
                cancellationToken
            );
        } while (state is "none" or "updating" or "rollback_started");

        return state;
    }

    /// <summary>The containers that run a service now.</summary>
    public async Task<IReadOnlyList<string>> ContainersAsync(string filter, CancellationToken cancellationToken) =>
        (await Shell.RunAsync(["docker", "ps", "--quiet", "--filter", filter], cancellationToken)).Split(
            '\n',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
        );

    /// <summary>What narrows the engine's containers to those of a service.</summary>
    public static string FilterOf(string service) => $"label=com.docker.swarm.service.name=freshtrack_{service}";

    /// <summary>Ends a container at once, as a fault does.</summary>
    public Task KillAsync(string container, CancellationToken cancellationToken) =>
        Shell.RunAsync(["docker", "kill", container], cancellationToken);

    /// <summary>The image of every container of a service.</summary>
    public async Task<IReadOnlyList<string>> ImagesAsync(string service, CancellationToken cancellationToken) =>
        (
            await Shell.RunAsync(
                ["docker", "ps", "--format", "{{.Image}}", "--filter", FilterOf(service)],
                cancellationToken
            )
        ).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private async Task<string> InspectAsync(string service, string format, CancellationToken cancellationToken) =>
        (
            await Shell.RunAsync(
                ["docker", "service", "inspect", "--format", format, $"freshtrack_{service}"],
                cancellationToken
            )
        ).Trim();

    private async Task<string> OneContainerAsync(string service, CancellationToken cancellationToken) =>
        (await ContainersAsync(FilterOf(service), cancellationToken))[0];

    private Task<string> ShellAsync(string script, CancellationToken cancellationToken) =>
        Shell.RunAsync(["sh", "-ec", $"cd {server.Directory.CurrentPath}; {script}"], cancellationToken);

    // No service has an address of its own: not every kernel can balance what goes there. Caddy is left as it is: where
    // files are merged, one port per number is left, and 443 is TCP and UDP.
    private static string OverlayText =>
        $$"""
            version: "3.9"
            services:
            {{string.Concat(new[] { "postgres", "redis", "prometheus" }.Select(WithoutAddress))}}  frontend:
                deploy: { endpoint_mode: dnsrr, replicas: 1 }
            {{string.Concat(WithoutImage.Select(NotRun))}}
            """;

    private static string WithoutAddress(string service) => $"  {service}:\n    deploy: {{ endpoint_mode: dnsrr }}\n";

    private static string NotRun(string service) => $"  {service}:\n    deploy: {{ mode: replicated, replicas: 0 }}\n";
}
