namespace FreshTrack.Api.Alerts;

/// <summary>The open alerts of a unit while it is judged, and what becomes of them.</summary>
/// <param name="isFirstLook">Only what still holds at the end is raised: the past was somebody else's to watch.</param>
internal sealed class AlertLedger(IEnumerable<KnownAlert> known, bool isFirstLook)
{
    private readonly Dictionary<AlertKind, KnownAlert> open = known
        .Where(alert => alert.IsOpen)
        .GroupBy(alert => alert.Kind)
        .ToDictionary(group => group.Key, group => group.MaxBy(alert => alert.Severity)!);

    public List<RaisedAlert> Raised { get; } = [];

    public List<AlertKind> Worsened { get; } = [];

    public List<ResolvedAlert> Resolved { get; } = [];

    public KnownAlert? Open(AlertKind kind) => open.GetValueOrDefault(kind);

    public void Raise(RaisedAlert alert)
    {
        if (open.TryAdd(alert.Kind, new KnownAlert(alert.Kind, alert.Severity, alert.Sensor)))
        {
            Raised.Add(alert);
        }
    }

    /// <summary>Makes the open alert critical, whether it was raised
    /// before or just now; raises it where there is none.</summary>
    public void Worsen(RaisedAlert alert)
    {
        if (!open.TryGetValue(alert.Kind, out var current))
        {
            Raise(alert);
            return;
        }

        if (current.Severity == AlertSeverity.Critical)
        {
            return;
        }

        open[alert.Kind] = current with { Severity = AlertSeverity.Critical };
        if (JustRaised(alert.Kind) is { } index)
        {
            Raised[index] = Raised[index] with { Severity = AlertSeverity.Critical };
        }
        else
        {
            Worsened.Add(alert.Kind);
        }
    }

    public void Resolve(AlertKind kind, DateTime at)
    {
        if (!open.Remove(kind))
        {
            return;
        }

        if (JustRaised(kind) is not { } index)
        {
            Worsened.Remove(kind);
            Resolved.Add(new ResolvedAlert(kind, at));
        }
        else if (isFirstLook)
        {
            Raised.RemoveAt(index);
        }
        else
        {
            Raised[index] = Raised[index] with { ResolvedAt = at };
        }
    }

    private int? JustRaised(AlertKind kind) =>
        Raised.FindIndex(alert => alert.Kind == kind && alert.ResolvedAt is null) is var index and >= 0 ? index : null;
}
