using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Notifications;
using FreshTrack.Api.Operations;

namespace FreshTrack.Api;

/// <summary>What the running API needs to know, checked before it listens.</summary>
public sealed record ApiOptions
{
    /// <summary>Npgsql connection string of the target database.</summary>
    public required string Database { get; init; }

    /// <summary><c>host:port</c> of Redis; without it the API runs on memory alone.</summary>
    public string? Redis { get; init; }

    /// <summary>Null for a Redis that asks for none.</summary>
    public string? RedisPassword { get; init; }

    /// <summary><c>http://host:port/bucket</c> of the object store,
    /// for <c>/health</c>; null where there is none.</summary>
    public Uri? ObjectStore { get; init; }

    /// <summary>Where Stack Auth answers; also the base of the issuer of its tokens.</summary>
    public required Uri StackAuthUrl { get; init; }

    /// <summary>Stack Auth's project id: the audience of every token that is let in.</summary>
    public required string StackAuthProject { get; init; }

    /// <summary>The issuer of Stack Auth's tokens; its keys are read below it.</summary>
    public string StackAuthIssuer => $"{StackAuthUrl.AbsoluteUri.TrimEnd('/')}/api/v1/projects/{StackAuthProject}";

    /// <summary>Key under which webhook secrets are encrypted and looked up.</summary>
    public required WebhookKey WebhookKey { get; init; }

    /// <summary>Time of day for readings and tokens.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Address to listen on.</summary>
    public string Listen { get; init; } = "http://0.0.0.0:8080";

    /// <summary>Readings that may wait for their commit before webhooks are put off with 503.</summary>
    public int QueueCapacity { get; init; } = 8_192;

    /// <summary>An unknown secret or device makes the API look again,
    /// but not sooner than this after its last look.</summary>
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Requests that one webhook secret may make a second; bursts of twice as many.</summary>
    public int IngestRequestsPerSecond { get; init; } = 5_000;

    /// <summary>Requests that one user may make a second; bursts of twice as many.</summary>
    public int UserRequestsPerSecond { get; init; } = 1_000;

    /// <summary>Puts dashboards off with 503, whatever the command <c>maintenance</c> says.</summary>
    public bool Maintenance { get; init; }

    /// <summary>Whether sensors are listened to during maintenance.</summary>
    public bool IngestDuringMaintenance { get; init; } = true;

    /// <summary>Holds notifications until the command <c>notifications release</c>, unless they were held or released
    /// before.</summary>
    public bool HoldNotifications { get; init; }

    /// <summary>Frontends of other origins that may call the API, such as <c>https://app.example.com</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>How long the API goes on answering after it was told to stop,
    /// so that the proxy can look elsewhere first.</summary>
    public TimeSpan DrainFor { get; init; } = TimeSpan.Zero;

    /// <summary>Between two looks over all units, for alerts that time alone brings about.</summary>
    public TimeSpan LookOverEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks at the partitions of the readings.</summary>
    public TimeSpan LookAtPartitionsEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks at what <c>/metrics</c> says of outbox and sensors.</summary>
    public TimeSpan ReadFiguresEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Sends alerts by e-mail; null when nobody is told so.</summary>
    public SmtpOptions? Smtp { get; init; }

    /// <summary>Sends alerts by text message; null when nobody is told so.</summary>
    public TelnyxOptions? Telnyx { get; init; }

    /// <summary>Labels of <c>notification_channel</c> over which alerts can be sent.</summary>
    internal string[] Channels => ChannelsOf(Smtp, Telnyx);

    internal static string[] ChannelsOf(SmtpOptions? smtp, TelnyxOptions? telnyx) =>
        [.. smtp is null ? [] : (string[])["email"], .. telnyx is null ? [] : (string[])["sms"]];

    /// <exception cref="InvalidSettingsException">A variable is missing or wrong; every one is named.</exception>
    public static ApiOptions FromEnvironment(Func<string, string?> variable)
    {
        var settings = new Settings(variable);
        var options = new ApiOptions
        {
            Database = settings.Database(),
            Redis = settings.Optional("FRESHTRACK_REDIS"),
            RedisPassword = settings.Optional("FRESHTRACK_REDIS_PASSWORD"),
            ObjectStore = settings.ObjectStore(),
            StackAuthUrl = settings.HttpAddress("FRESHTRACK_STACK_AUTH_URL", "http://stack-auth:8080"),
            StackAuthProject = settings.Required(
                "FRESHTRACK_STACK_AUTH_PROJECT",
                "the project id of Stack Auth, a UUID"
            ),
            WebhookKey = settings.WebhookKey(),
            Listen = settings.Optional("FRESHTRACK_LISTEN") ?? "http://0.0.0.0:8080",
            IngestRequestsPerSecond = settings.Number("FRESHTRACK_INGEST_REQUESTS_PER_SECOND", 5_000, 1, 1_000_000),
            UserRequestsPerSecond = settings.Number("FRESHTRACK_USER_REQUESTS_PER_SECOND", 1_000, 1, 1_000_000),
            Maintenance = settings.Choice("FRESHTRACK_MAINTENANCE", "off", "on") == "on",
            IngestDuringMaintenance =
                settings.Choice("FRESHTRACK_MAINTENANCE_INGESTION", "accept", "refuse") == "accept",
            HoldNotifications = settings.Choice("FRESHTRACK_NOTIFICATIONS", "send", "hold") == "hold",
            Origins = settings.ReadOrigins(),
            DrainFor = TimeSpan.FromSeconds(settings.Number("FRESHTRACK_DRAIN_SECONDS", 3, 0, 20)),
            Smtp = settings.ReadSmtp(),
            Telnyx = settings.ReadTelnyx(),
        };
        settings.ThrowIfInvalid();
        return options;
    }
}
