namespace FreshTrack.Cutover.StatusPages;

/// <summary>What Uptime Kuma is to watch and to show, as <c>deploy/uptime-kuma.yaml</c> says it. Things are told apart
/// by their names.</summary>
public sealed record StatusPageSettings(
    PageSettings Page,
    IReadOnlyList<MonitorSettings> Monitors,
    IReadOnlyList<NotificationSettings> Notifications,
    MaintenanceText Maintenance,
    IReadOnlyDictionary<string, IncidentText> Incidents
);

/// <param name="Slug">Its path on the server: <c>/status/SLUG</c>.</param>
/// <param name="Address">Where visitors reach it; its host shows the page at its root.</param>
/// <param name="Groups">Names of monitors by the name of their group, both in order.</param>
public sealed record PageSettings(
    string Slug,
    string Title,
    string Description,
    Uri Address,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Groups
);

public sealed record MonitorSettings(string Name, Uri Url)
{
    public string Method { get; init; } = "GET";

    /// <summary>Between two requests.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Failures in a row before it counts as down.</summary>
    public int Retries { get; init; }

    /// <summary>HTTP statuses that count as up: <c>405</c> or <c>200-299</c>.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = ["200-299"];

    /// <summary>What the body must hold; null where any body will do.</summary>
    public ExpectedValue? Json { get; init; }
}

/// <param name="Path">A JSONata expression: <c>database.status</c>.</param>
public sealed record ExpectedValue(string Path, string Value);

/// <summary>Where operators are told. It holds a secret, and so has no text of its own.</summary>
public abstract class NotificationSettings(string name)
{
    public string Name { get; } = name;
}

/// <param name="url">Takes a POST with JSON; a secret.</param>
public sealed class WebhookSettings(string name, Uri url) : NotificationSettings(name)
{
    public Uri Url { get; } = url;
}

public sealed class MailSettings(string name, string host, int port, string from, string to)
    : NotificationSettings(name)
{
    public string Host { get; } = host;

    public int Port { get; } = port;

    public string From { get; } = from;

    public string To { get; } = to;

    /// <summary>TLS from the first byte; otherwise after the greeting, where the server offers it.</summary>
    public bool IsImplicitTls { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }
}

/// <summary>The maintenance that a cutover starts and ends by hand. While it is under way no operator is told of a
/// monitor that is down.</summary>
public sealed record MaintenanceText(string Title, string Description);

/// <param name="Content">Markdown.</param>
/// <param name="Style"><c>info</c>, <c>warning</c>, <c>danger</c>, <c>primary</c>, <c>light</c> or
/// <c>dark</c>.</param>
public sealed record IncidentText(string Title, string Content, string Style);
