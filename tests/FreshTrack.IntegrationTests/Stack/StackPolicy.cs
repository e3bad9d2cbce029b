using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>What holds of every service of the stack, whoever adds one, and who is excepted.</summary>
internal static partial class StackPolicy
{
    /// <summary>Of a server of 8 GB: what is left is its own.</summary>
    private const long AllMemory = 7_680L << 20;

    /// <summary>Root without its rights; the comment of each service says why.</summary>
    private static readonly string[] Roots = ["alloy", "caddy", "minio", "uptime-kuma"];

    private static readonly Dictionary<string, string> Added = new()
    {
        ["caddy"] = "NET_BIND_SERVICE",
        ["frontend"] = "NET_BIND_SERVICE",
        ["uptime-kuma"] = "CHOWN DAC_OVERRIDE NET_RAW SETGID SETUID",
    };

    private static readonly Dictionary<string, string> Published = new()
    {
        ["caddy"] = "443:443/tcp 443:443/udp 80:80/tcp",
        ["uptime-kuma"] = "127.0.0.1:3002:3001/tcp",
    };

    /// <summary>Whoever is asked from outside is on no network with a database.</summary>
    private static readonly Dictionary<string, string> Networks = new()
    {
        ["api-a"] = "app data monitoring",
        ["api-b"] = "app data monitoring",
        ["frontend"] = "app",
        ["postgres"] = "data",
        ["redis"] = "data",
        ["minio"] = "data",
        ["caddy"] = "app edge monitoring",
        ["prometheus"] = "data monitoring",
        ["alertmanager"] = "monitoring outbound",
        ["node-exporter"] = "monitoring",
        ["postgres-exporter"] = "data monitoring",
        ["redis-exporter"] = "data monitoring",
        ["blackbox-exporter"] = "data monitoring outbound",
        ["loki"] = "monitoring",
        ["alloy"] = "monitoring",
        ["grafana"] = "data monitoring",
        ["uptime-kuma"] = "edge monitoring",
        ["backups"] = "data monitoring",
    };

    private static readonly (string Rule, Func<StackService, bool> Holds)[] Rules =
    [
        (
            "limits of cpus, memory and pids",
            service =>
                service.Limits is { } limits && new[] { "cpus", "memory", "pids" }.All(name => limits[name] is not null)
        ),
        ("a health check with interval, timeout and retries", HasHealthCheck),
        (
            "a pinned image",
            service => PinnedImage().IsMatch(service.Image) || service.Image == "louislam/uptime-kuma:1"
        ),
        (
            "a user, no root but those excepted",
            service => service.User.Length > 0 && (!IsRoot(service.User) || Roots.Contains(service.Name))
        ),
        ("a read-only root", service => service.IsTrue("read_only")),
        (
            "no capability but those excepted",
            service =>
                service.List("cap_drop").SequenceEqual(["ALL"])
                && string.Join(' ', service.Added) == Added.GetValueOrDefault(service.Name, "")
        ),
        (
            "no new privileges",
            service =>
                service.List("security_opt").SequenceEqual(["no-new-privileges:true"]) && !service.IsTrue("privileged")
        ),
        (
            "ports only where they are excepted",
            service => string.Join(' ', service.Ports) == Published.GetValueOrDefault(service.Name, "")
        ),
        (
            "its own networks and no other",
            service =>
                string.Join(' ', service.Networks) == Networks.GetValueOrDefault(service.Name, "none")
                && service.Text("network_mode").Length == 0
        ),
        (
            "a log of 3 files of 10 MB",
            service =>
                service.Node["logging"] is { } logging
                && $"{logging["driver"]}" == "json-file"
                && $"{logging["options"]?["max-size"]}" == "10m"
                && $"{logging["options"]?["max-file"]}" == "3"
        ),
        (
            "no secret in a variable",
            service =>
                service.Environment.All(variable =>
                    (!SecretName().IsMatch(variable.Key) || IsPath(variable) || IsPublishable(variable))
                    && !SecretValue().IsMatch(variable.Value)
                )
        ),
        (
            "files of the server read-only, its socket and its disk only where excepted",
            service => service.Mounts.All(mount => IsAllowed(service.Name, mount))
        ),
        (
            "the host's processes only where excepted",
            service => service.Text("pid").Length == 0 || service.Name == "node-exporter"
        ),
        (
            "restart: unless-stopped and no other policy",
            service => service.Restart == "unless-stopped" && service.Node["deploy"]?["restart_policy"] is null
        ),
        (
            "a name of its own only where the seed gives one",
            service => service.Text("container_name").Length == 0 || service.Name == "uptime-kuma"
        ),
    ];

    private static readonly (string Rule, Func<StackService, bool> Holds)[] SwarmRules =
    [
        ("no port but Caddy's", service => service.Ports.Count == 0 || service.Name == "caddy"),
        (
            "one writer of a volume: stop-first",
            service => !HasVolume(service) || Update(service, "order") == "stop-first"
        ),
        (
            "instances without a volume: start-first",
            service => service.Name is not ("api" or "frontend") || Update(service, "order") == "start-first"
        ),
        ("an update that fails is taken back", service => Update(service, "failure_action") == "rollback"),
        ("a restart policy", service => $"{service.Node["deploy"]?["restart_policy"]?["condition"]}" == "any"),
    ];

    private static readonly string[] NotInSwarm = ["no new privileges", "restart", "ports", "its own networks"];

    /// <returns>One line for each rule that a service breaks: <c>SERVICE: RULE</c>; none where all holds.</returns>
    public static IReadOnlyList<string> Findings(JsonNode configuration)
    {
        var services = StackService.In(configuration);
        return [.. Broken(services, Rules), .. OfAll(configuration, services)];
    }

    /// <summary>The same of the Swarm file: the rules that a Swarm can keep, and those that only it has.</summary>
    public static IReadOnlyList<string> SwarmFindings(JsonNode configuration) =>
        [
            .. Broken(
                StackService.In(configuration),
                [.. Rules.Where(rule => !NotInSwarm.Any(name => rule.Rule.StartsWith(name))), .. SwarmRules]
            ),
        ];

    private static IEnumerable<string> Broken(
        IReadOnlyList<StackService> services,
        (string Rule, Func<StackService, bool> Holds)[] rules
    ) =>
        services.SelectMany(service =>
            rules.Where(rule => !rule.Holds(service)).Select(rule => $"{service.Name}: {rule.Rule}")
        );

    private static IEnumerable<string> OfAll(JsonNode configuration, IReadOnlyList<StackService> services)
    {
        if (
            services.Sum(service => long.TryParse($"{service.Limits?["memory"]}", out var limit) ? limit : 0)
            > AllMemory
        )
        {
            yield return "all: limits of memory within the server's";
        }

        foreach (var network in new[] { "data", "monitoring" })
        {
            if ($"{configuration["networks"]?[network]?["internal"]}" != "true")
            {
                yield return $"{network}: a network that leads nowhere outside";
            }
        }

        foreach (var (name, secret) in configuration["secrets"]?.AsObject() ?? [])
        {
            if (secret?["file"] is null)
            {
                yield return $"{name}: a secret that is a file";
            }
        }
    }

    private static bool HasHealthCheck(StackService service) =>
        service.Node["healthcheck"] is { } check
        && $"{check["disable"]}" != "true"
        && check["test"] is JsonArray { Count: > 1 }
        && new[] { "interval", "timeout", "retries" }.All(name => check[name] is not null);

    private static bool HasVolume(StackService service) => service.Mounts.Any(mount => $"{mount["type"]}" == "volume");

    private static string Update(StackService service, string key) =>
        $"{service.Node["deploy"]?["update_config"]?[key]}";

    private static bool IsRoot(string user) => user.Split(':')[0] is "0" or "root";

    private static bool IsPath(KeyValuePair<string, string> variable) =>
        variable.Value.Length == 0 || (variable.Key.EndsWith("_FILE") && variable.Value.StartsWith("/run/secrets/"));

    /// <summary>Stack Auth's key for browsers, by its name and by what it begins with.</summary>
    private static bool IsPublishable(KeyValuePair<string, string> variable) =>
        variable.Key == "STACK_AUTH_PUBLISHABLE_KEY" && variable.Value.StartsWith("pck_");

    private static bool IsAllowed(string service, JsonNode mount) =>
        ($"{mount["type"]}", $"{mount["source"]}") switch
        {
            ("bind", "/var/run/docker.sock") => service == "alloy" && IsReadOnly(mount),
            ("bind", "/") => service == "node-exporter" && IsReadOnly(mount),
            ("bind", var source) => source.Contains("/deploy/") && IsReadOnly(mount),
            _ => true,
        };

    private static bool IsReadOnly(JsonNode mount) => $"{mount["read_only"]}" == "true";

    /// <summary>A digest, or a tag that says at least major and minor version.</summary>
    [GeneratedRegex(
        @"(@sha256:[0-9a-f]{64}|:(RELEASE\.|v?\d+\.\d+)[\w.-]*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex PinnedImage();

    [GeneratedRegex("PASSWORD|SECRET|TOKEN|KEY|PASS$", RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();

    /// <summary>A connection string or an address with a password in it.</summary>
    [GeneratedRegex("password=|://[^/]*:[^/]*@", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecretValue();
}
