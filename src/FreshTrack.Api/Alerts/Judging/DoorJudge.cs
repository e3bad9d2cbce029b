namespace FreshTrack.Api.Alerts;

/// <summary>Doors: each reporter's on its own. The unit's is open while any of them is, and is said to be open too long
/// from its first opening on.</summary>
internal sealed class DoorJudge(WatchedUnit unit, AlertLedger alerts)
{
    private readonly Dictionary<Guid, Door> doors = unit
        .State.Reporters.Where(state => state.DoorAt is not null)
        .ToDictionary(state => state.Id, state => new Door(state.DoorAt!.Value, state.DoorOpenSince));

    public List<DoorChange> Changes { get; } = [];

    public DateTime? OpenSince => doors.Values.Min(door => door.OpenSince);

    public bool IsKnown => doors.Count > 0;

    /// <summary>A reading counts unless it is older than what is known of this door.</summary>
    public void See(Guid reporter, DateTime at, bool isOpen)
    {
        var known = doors.TryGetValue(reporter, out var door);
        if (known && at < door!.At)
        {
            return;
        }

        var (wasKnown, was) = (IsKnown, OpenSince);
        doors[reporter] = new Door(at, isOpen ? door?.OpenSince ?? at : null);
        Note(wasKnown, was, at);
    }

    public void Forget(Guid reporter, DateTime at)
    {
        var was = OpenSince;
        if (doors.Remove(reporter))
        {
            Note(wasKnown: true, was, at);
        }
    }

    /// <summary>Time goes on to this moment: what lasts too long becomes due.</summary>
    public void Pass(DateTime at)
    {
        if (OpenSince is not { } since)
        {
            return;
        }

        if (at >= since + unit.Rules.DoorWarningAfter)
        {
            alerts.Raise(Alert(AlertSeverity.Warning, since, unit.Rules.DoorWarningAfter));
        }

        if (at >= since + unit.Rules.DoorCriticalAfter)
        {
            alerts.Worsen(Alert(AlertSeverity.Critical, since, unit.Rules.DoorCriticalAfter));
        }
    }

    public DateTime? Due()
    {
        if (OpenSince is not { } since)
        {
            return null;
        }

        var (warning, critical) = (since + unit.Rules.DoorWarningAfter, since + unit.Rules.DoorCriticalAfter);
        return alerts.Open(AlertKind.DoorOpen) switch
        {
            { Severity: AlertSeverity.Critical } => null,
            not null => critical,
            null => warning < critical ? warning : critical,
        };
    }

    public ReporterState Complete(ReporterState state) =>
        doors.TryGetValue(state.Id, out var door)
            ? state with
            {
                DoorAt = door.At,
                DoorOpenSince = door.OpenSince,
            }
            : state;

    private void Note(bool wasKnown, DateTime? was, DateTime at)
    {
        if (!wasKnown || was is null != OpenSince is null)
        {
            Changes.Add(new DoorChange(at, OpenSince is not null));
        }

        if (OpenSince is null)
        {
            alerts.Resolve(AlertKind.DoorOpen, at);
        }
    }

    private static RaisedAlert Alert(AlertSeverity severity, DateTime since, TimeSpan after) =>
        new(AlertKind.DoorOpen, severity, since + after, since);

    private sealed record Door(DateTime At, DateTime? OpenSince);
}
