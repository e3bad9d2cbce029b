namespace FreshTrack.Clients.Kuma;

/// <summary>A status page as its visitors get it.</summary>
/// <param name="Incident">The pinned one, if there is one.</param>
/// <param name="Maintenances">Titles of those that are under way.</param>
public sealed record PublicPage(
    string Title,
    IReadOnlyList<PublicGroup> Groups,
    PublicIncident? Incident,
    IReadOnlyList<string> Maintenances
);

public sealed record PublicGroup(int Id, string Name, IReadOnlyList<PublicMonitor> Monitors);

/// <param name="ShowsUrl">Whether visitors are given the monitor's address.</param>
public sealed record PublicMonitor(int Id, string Name, bool ShowsUrl);

/// <param name="Content">Markdown.</param>
/// <param name="Style"><c>info</c>, <c>warning</c>, <c>danger</c>, <c>primary</c>, <c>light</c> or
/// <c>dark</c>.</param>
public sealed record PublicIncident(int Id, string Title, string Content, string Style);

/// <summary>A monitor's last heartbeat.</summary>
public enum MonitorStatus
{
    Down = 0,
    Up = 1,

    /// <summary>It failed and is tried again before it counts as down.</summary>
    Pending = 2,

    Maintenance = 3,
}
