namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Files that break one rule each, put on top of the others, and what the policy must say of them.</summary>
internal static class StackBreaches
{
    public static readonly IReadOnlyList<(string Overlay, string Finding)> All =
    [
        Of(
            "redis",
            "deploy: { resources: { limits: !override { cpus: '1', memory: 1M } } }",
            "limits of cpus, memory and pids"
        ),
        Of("loki", "deploy: { resources: !reset null }", "limits of cpus, memory and pids"),
        Of("alloy", "healthcheck: !override { disable: true }", HealthCheck),
        Of("grafana", "healthcheck: !reset null", HealthCheck),
        Of("grafana", "healthcheck: !override { test: [CMD, 'true'], interval: 5s, retries: 3 }", HealthCheck),
        Of("postgres", "image: postgres", "a pinned image"),
        Of("postgres", "image: postgres:latest", "a pinned image"),
        Of("postgres", "image: postgres:17", "a pinned image"),
        Of("api-a", "image: freshtrack/api:local", "a pinned image"),
        Of("loki", "user: root", User),
        Of("prometheus", "user: '0'", User),
        Of("redis", "user: !reset null", User),
        Of("redis", "read_only: false", "a read-only root"),
        Of("caddy", "cap_add: [NET_ADMIN]", Capabilities),
        Of("loki", "cap_drop: !reset null", Capabilities),
        Of("api-b", "security_opt: !reset null", "no new privileges"),
        Of("api-b", "privileged: true", "no new privileges"),
        Of("postgres", "ports: ['5432:5432']", Ports),
        Of("grafana", "ports: ['127.0.0.1:3000:3000']", Ports),
        Of("uptime-kuma", "ports: !override ['3002:3001']", Ports),
        Of("caddy", "ports: ['9180:9180']", Ports),
        Of("frontend", "networks: [data]", "its own networks and no other"),
        Of("uptime-kuma", "networks: [data]", "its own networks and no other"),
        Of("loki", "{ networks: !reset null, network_mode: host }", "its own networks and no other"),
        Of("redis", "logging: !reset null", "a log of 3 files of 10 MB"),
        Of("redis", "logging: { options: { max-size: 1g } }", "a log of 3 files of 10 MB"),
        Of("grafana", "environment: { GF_SECURITY_ADMIN_PASSWORD: of-mine }", "no secret in a variable"),
        Of(
            "api-a",
            "environment: { FRESHTRACK_DATABASE: 'Host=postgres;Password=of-mine' }",
            "no secret in a variable"
        ),
        Of("api-a", "environment: { STORE: 'http://key:of-mine@minio:9000' }", "no secret in a variable"),
        Of("frontend", "environment: { STACK_AUTH_PUBLISHABLE_KEY: ssk_of-mine }", "no secret in a variable"),
        Of("frontend", "environment: { STACK_AUTH_SERVER_KEY: pck_of-mine }", "no secret in a variable"),
        Of("caddy", "volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']", Mounts),
        Of("loki", "volumes: ['./deploy/loki:/etc/other']", Mounts),
        Of("backups", "volumes: ['/etc:/host:ro']", Mounts),
        Of("loki", "pid: host", "the host's processes only where excepted"),
        Of("uptime-kuma", "deploy: { restart_policy: { condition: any, max_attempts: 3 } }", Restarts),
        Of("redis", "restart: always", Restarts),
        Of("redis", "container_name: redis", "a name of its own only where the seed gives one"),
        Of("loki", "deploy: { resources: { limits: { memory: 2G } } }", "limits of memory within the server's", "all"),
        ("networks: { data: { internal: false } }", "data: a network that leads nowhere outside"),
        ("networks: { monitoring: { internal: false } }", "monitoring: a network that leads nowhere outside"),
        ("secrets: { api_database: !override { environment: RELEASE } }", "api_database: a secret that is a file"),
    ];

    private const string HealthCheck = "a health check with interval, timeout and retries";
    private const string User = "a user, no root but those excepted";
    private const string Capabilities = "no capability but those excepted";
    private const string Ports = "ports only where they are excepted";
    private const string Mounts = "files of the server read-only, its socket and its disk only where excepted";
    private const string Restarts = "restart: unless-stopped and no other policy";

    private static (string Overlay, string Finding) Of(
        string service,
        string change,
        string rule,
        string? named = null
    ) =>
        (
            $"services: {{ {service}: {(change.StartsWith('{') ? change : $"{{ {change} }}")} }}",
            $"{named ?? service}: {rule}"
        );
}
