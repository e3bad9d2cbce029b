namespace FreshTrack.Api.Alerts;

/// <summary>Whether a unit is heard of at all, by whichever of its reporters.</summary>
internal sealed class SilenceJudge(WatchedUnit unit, AlertLedger alerts, DateTime listeningSince)
{
    /// <summary>The newest reading so far; null for a unit that has never reported.</summary>
    public DateTime? Newest { get; private set; } = unit.State.Newest;

    /// <summary>A silence that somebody resolved by hand counts from then on.</summary>
    public DateTime? SilentSince { get; private set; } = unit.State.SilentSince;

    private DateTime? From => Newest is { } seen ? new[] { seen, SilentSince ?? seen, listeningSince }.Max() : null;

    public void See(DateTime at)
    {
        Pass(at);
        alerts.Resolve(AlertKind.MonitoringInterrupted, at);
        (Newest, SilentSince) = (at, null);
    }

    /// <summary>The unit's own row knows of a reading that is not looked at any more.</summary>
    public void Know(DateTime? at) => Newest = Newest is null || at > Newest ? at ?? Newest : Newest;

    /// <summary>Time goes on to this moment: what lasts too long becomes due.</summary>
    public void Pass(DateTime at)
    {
        if (From is { } silent && at >= silent + unit.Rules.SilenceAfter)
        {
            alerts.Raise(
                new RaisedAlert(
                    AlertKind.MonitoringInterrupted,
                    AlertSeverity.Warning,
                    silent + unit.Rules.SilenceAfter,
                    silent
                )
            );
        }
    }

    public DateTime? Due() =>
        alerts.Open(AlertKind.MonitoringInterrupted) is null ? From + unit.Rules.SilenceAfter : null;
}
