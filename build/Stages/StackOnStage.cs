using System.Text.RegularExpressions;
using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Stages;

/// <summary>What stands around a stage's API: the services of the Compose files for which there are images, brought up
/// by the same deployment as production's, in a directory of this machine.</summary>
public sealed partial class StackOnStage(StageOptions options, StagePorts ports, string root, string folder)
{
    private const string Variables = ".env.production";
    private const string Overlay = "fixtures/compose.stage.yaml";

    private static readonly string[] Services =
    [
        "frontend",
        "caddy",
        "prometheus",
        "alertmanager",
        "node-exporter",
        "postgres-exporter",
        "redis-exporter",
        "blackbox-exporter",
        "uptime-kuma",
    ];

    /// <summary>What not every machine has an image of, and no night waits for.</summary>
    private static readonly string[] LeftOut = ["grafana", "loki", "alloy", "backups"];

    // The stage's object store, which stands in for MinIO, measures nothing.
    private static readonly string[] NotScraped = [.. LeftOut, "minio"];

    private static readonly Dictionary<string, ImageDefinition> Images = new()
    {
        ["FRONTEND_IMAGE"] = ImageCatalog.Caddy,
        ["CADDY_IMAGE"] = ImageCatalog.Caddy,
        ["PROMETHEUS_IMAGE"] = ImageCatalog.Prometheus,
        ["ALERTMANAGER_IMAGE"] = ImageCatalog.Alertmanager,
        ["NODE_EXPORTER_IMAGE"] = ImageCatalog.NodeExporter,
        ["POSTGRES_EXPORTER_IMAGE"] = ImageCatalog.PostgresExporter,
        ["REDIS_EXPORTER_IMAGE"] = ImageCatalog.RedisExporter,
        ["BLACKBOX_EXPORTER_IMAGE"] = ImageCatalog.BlackboxExporter,
        ["UPTIME_KUMA_IMAGE"] = ImageCatalog.UptimeKuma,
    };

    /// <summary>Of the practice alone: what nobody outside of the stage can use.</summary>
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["monitoring_users"] = StageFiles.MonitoringUser,
        ["postgres_exporter_password"] = ServerBuilders.Password,
        ["alertmanager_webhook"] = StageFiles.AlertReceiver,
    };

    /// <summary>The stack, with its secrets in their place; nothing of it runs yet.</summary>
    public async Task<StackServices> PlaceAsync(CancellationToken cancellationToken)
    {
        var shell = new ServerShell(new ServerAddress());
        var directory = new ServerDirectory(shell, Path.Combine(Path.GetFullPath(folder), "server"));
        // Those that are there stay: a service whose secret was written anew is replaced.
        foreach (
            var secret in StackSecrets.All.Where(secret => !File.Exists(Path.Combine(directory.Secrets, secret.Name)))
        )
        {
            await directory.PlaceSecretAsync(
                secret.Name,
                Secrets.GetValueOrDefault(secret.Name, "none"),
                cancellationToken
            );
        }

        var project = new ComposeProject(
            // Compose takes no dot.
            options.Network.Replace('.', '-'),
            directory.CurrentPath,
            ["compose.yaml", "compose.production.yaml", Overlay],
            Variables
        )
        {
            Program = Program(directory.Path),
        };
        var compose = new Compose(shell, project);
        return new StackServices(
            shell,
            new StackDeployment(shell, directory, compose),
            directory,
            compose,
            Release(),
            Services,
            LeftOut
        );
    }

    // The engine's client and Compose's plugin, whatever this machine has.
    private IReadOnlyList<string> Program(string path) =>
        [
            "docker",
            "run",
            "--rm",
            "--interactive",
            "--volume",
            "/var/run/docker.sock:/var/run/docker.sock",
            "--volume",
            $"{path}:{path}",
            options.Images.Reference(ImageCatalog.Compose),
            "docker",
            "compose",
        ];

    private Release Release() =>
        FreshTrack.Cutover.Deploy.Release.Read(
            root,
            ["compose.yaml", "compose.production.yaml", Overlay, "deploy"],
            new Dictionary<string, string>
            {
                [Variables] = Environment(),
                ["deploy/prometheus/prometheus.yml"] = Scraped(Deployed("prometheus/prometheus.yml")),
                ["deploy/prometheus/instances/jobs.yml"] = Scraped(Deployed("prometheus/instances/jobs.yml")),
                ["deploy/blackbox/blackbox.yml"] = Trusting(Deployed("blackbox/blackbox.yml")),
            }
        );

    private string Deployed(string file) => File.ReadAllText(Path.Combine(root, "deploy", file));

    private string Environment()
    {
        var labels = options.Labels;
        var names = StageFiles.Names;
        string[] lines =
        [
            "RELEASE=stage",
            $"APP_HOST={names.App.Host}",
            $"API_HOST={names.Api.Host}",
            $"MONITORING_HOST={names.Monitoring.Host}",
            $"STATUS_HOST={names.Status.Host}",
            "CADDY_TLS=internal",
            "STACK_AUTH_URL=http://stack-auth:8080",
            $"STACK_AUTH_PROJECT={Stage.StackAuthProject}",
            $"STACK_AUTH_PUBLISHABLE_KEY={Stage.StackAuthPublishableKey}",
            // An older Caddy keeps no request's body for a second instance.
            "API_BODIES=",
            $"STAGE_NETWORK={options.Network}",
            $"STAGE_ID={labels[StageLabels.Stage]}",
            // A stage that is kept is nobody's: a later process finds its services as they were.
            $"STAGE_OWNER={(options.Keep ? "stage" : labels[StageLabels.Owner])}",
            $"STAGE_KEEP={labels[StageLabels.Keep]}",
            $"STAGE_HOME={labels[StageLabels.Home]}",
            $"STAGE_HTTP_PORT={ports.Http}",
            $"STAGE_HTTPS_PORT={ports.Https}",
            $"STAGE_KUMA_PORT={ports.StatusPage}",
            .. Images.Select(image => $"{image.Key}={options.Images.Reference(image.Value)}"),
            "",
        ];
        return string.Join('\n', lines);
    }

    /// <summary>Without what is left out and the second instance, and with little time between two rounds.</summary>
    private static string Scraped(string text)
    {
        var kept = Jobs()
            .Split(text)
            .Where(job => !NotScraped.Any(name => job.StartsWith($"  - job_name: {name}\n", StringComparison.Ordinal)));
        return SecondInstance()
            .Replace(string.Concat(kept), "")
            .Replace("scrape_interval: 15s", "scrape_interval: 2s")
            .Replace("scrape_timeout: 10s", "scrape_timeout: 2s");
    }

    private static string Trusting(string text) =>
        text.Replace(
            "fail_if_not_ssl: true",
            "fail_if_not_ssl: true\n      tls_config: { ca_file: /etc/proxy_authority }"
        );

    [GeneratedRegex("(?=^  - job_name: )", RegexOptions.Multiline, 1000)]
    private static partial Regex Jobs();

    [GeneratedRegex(", api-b:8080|^ *- http://api-b:8080.*\n", RegexOptions.Multiline, 1000)]
    private static partial Regex SecondInstance();
}
