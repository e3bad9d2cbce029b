using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Notifications;

namespace FreshTrack.Api;

/// <summary>What the running API needs to know, checked before it listens.</summary>
public sealed record ApiOptions
{
    /// <summary>Npgsql connection string of the target database.</summary>
    public required string Database { get; init; }

    /// <summary><c>host:port</c> of Redis; without it the API runs on memory alone.</summary>
    public string? Redis { get; init; }

    /// <summary>Where Stack Auth answers; also the base of the issuer of its tokens.</summary>
    public required Uri StackAuthUrl { get; init; }

    /// <summary>Stack Auth's project id: the audience of every token that is let in.</summary>
    public required string StackAuthProject { get; init; }

    /// <summary>Key under which webhook secrets are encrypted and looked up.</summary>
    public required WebhookKey WebhookKey { get; init; }

    /// <summary>Time of day for readings and tokens.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Address to listen on.</summary>
    public string Listen { get; init; } = "http://0.0.0.0:8080";

    /// <summary>Readings that may wait for their commit before webhooks are put off with 503.</summary>
    public int QueueCapacity { get; init; } = 8_192;

    /// <summary>An unknown secret or device makes the API look again, but not sooner than this after its last look.</summary>
    public TimeSpan LookAgainAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks over all units, for alerts that time alone brings about.</summary>
    public TimeSpan LookOverEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sends alerts by e-mail; null when nobody is told so.</summary>
    public SmtpOptions? Smtp { get; init; }

    /// <summary>Sends alerts by text message; null when nobody is told so.</summary>
    public TelnyxOptions? Telnyx { get; init; }

    /// <summary>Labels of <c>notification_channel</c> over which alerts can be sent.</summary>
    internal string[] Channels => [.. Smtp is null ? [] : (string[])["email"], .. Telnyx is null ? [] : (string[])["sms"]];

    /// <exception cref="InvalidSettingsException">A variable is missing or wrong; every one is named.</exception>
    public static ApiOptions FromEnvironment(Func<string, string?> variable)
    {
        var settings = new Settings(variable);
        var options = new ApiOptions
        {
            Database = settings.Database(),
            Redis = settings.Optional("FRESHTRACK_REDIS"),
            StackAuthUrl = settings.HttpAddress("FRESHTRACK_STACK_AUTH_URL", "http://stack-auth:8080"),
            StackAuthProject = settings.Required("FRESHTRACK_STACK_AUTH_PROJECT", "the project id of Stack Auth, a UUID"),
            WebhookKey = settings.WebhookKey(),
            Clock = settings.Clock(),
            Listen = settings.Optional("FRESHTRACK_LISTEN") ?? "http://0.0.0.0:8080",
            Smtp = settings.ReadSmtp(),
            Telnyx = settings.ReadTelnyx(),
        };
        settings.ThrowIfInvalid();
        return options;
    }
}
