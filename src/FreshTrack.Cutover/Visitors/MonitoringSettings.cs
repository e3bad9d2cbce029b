using FreshTrack.Clients.Kuma;

namespace FreshTrack.Cutover.Visitors;

/// <summary>How the new system's monitoring is asked, and its status page kept. It holds passwords, and so has no text
/// of its own.</summary>
/// <param name="user">Of the monitoring's public name.</param>
/// <param name="statusPage">Administrator of Uptime Kuma.</param>
/// <param name="statusPageFile">What it shows: a copy of <c>deploy/uptime-kuma.yaml</c>.</param>
/// <param name="secrets">The folder in which the paths of that file's secrets begin.</param>
public sealed class MonitoringSettings(
    string user,
    string password,
    KumaAccount statusPage,
    string statusPageFile,
    string secrets
)
{
    public string User { get; } = user;

    public string Password { get; } = password;

    public KumaAccount StatusPage { get; } = statusPage;

    public string StatusPageFile { get; } = statusPageFile;

    public string Secrets { get; } = secrets;
}
