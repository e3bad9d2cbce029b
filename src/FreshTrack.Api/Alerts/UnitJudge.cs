namespace FreshTrack.Api.Alerts;

/// <summary>Judges one unit: from what is known, its new readings and the time follows what is raised, worsened and
/// resolved. Nothing else goes in.</summary>
/// <remarks>At the first look only what still holds at its end is raised:
/// the past was somebody else's to watch.</remarks>
internal sealed class UnitJudge
{
    /// <summary>Percent; a battery at or below it is low.</summary>
    internal const int LowBattery = 20;

    /// <summary>Percent; a battery at or above it has been changed.</summary>
    internal const int GoodBattery = 30;

    private readonly WatchedUnit unit;
    private readonly DateTime listeningSince;
    private readonly bool isFirstLook;
    private readonly Dictionary<AlertKind, OpenAlert> open;
    private readonly List<RaisedAlert> raised = [];
    private readonly List<AlertKind> worsened = [];
    private readonly List<ResolvedAlert> resolved = [];
    private readonly List<DoorChange> door = [];
    private WatchState state;

    private UnitJudge(WatchedUnit unit, DateTime listeningSince)
    {
        this.unit = unit;
        this.listeningSince = listeningSince;
        state = unit.State;
        isFirstLook = state.SeenThrough is null;
        open = unit
            .Open.GroupBy(alert => alert.Kind)
            .ToDictionary(group => group.Key, group => group.MaxBy(alert => alert.Severity)!);
    }

    /// <param name="readings">In the order of their times.</param>
    /// <param name="listeningSince">Before this nobody could have reported:
    /// silence counts from here at the earliest.</param>
    public static Judgement Judge(
        WatchedUnit unit,
        IEnumerable<WatchedReading> readings,
        DateTime listeningSince,
        DateTime now
    )
    {
        var judge = new UnitJudge(unit, listeningSince);
        foreach (var reading in readings)
        {
            judge.See(reading);
        }

        judge.Pass(now);
        return judge.Judgement();
    }

    private void See(WatchedReading reading)
    {
        if (state.SeenThrough is null || reading.At > state.SeenThrough)
        {
            Pass(reading.At);
            Resolve(AlertKind.MonitoringInterrupted, reading.At);
            state = state with { SeenThrough = reading.At, SilentSince = null };
        }

        if (reading.DoorOpen is { } isOpen && IsNewer(reading.At, state.DoorAt))
        {
            SeeDoor(reading.At, isOpen);
        }

        if (reading.Temperature is { } temperature && IsNewer(reading.At, state.TemperatureAt))
        {
            SeeTemperature(reading, temperature);
        }

        if (reading.Battery is { } battery && IsNewer(reading.At, state.BatteryAt))
        {
            SeeBattery(reading, battery);
        }
    }

    private void SeeDoor(DateTime at, bool isOpen)
    {
        var wasKnown = state.DoorAt is not null;
        var changed = isOpen != state.DoorOpenSince is not null || !wasKnown;
        state = state with { DoorAt = at, DoorOpenSince = isOpen ? state.DoorOpenSince ?? at : null };
        if (changed)
        {
            door.Add(new DoorChange(at, isOpen));
        }

        if (!isOpen)
        {
            Resolve(AlertKind.DoorOpen, at);
        }
    }

    private void SeeTemperature(WatchedReading reading, decimal temperature)
    {
        state = state with { TemperatureAt = reading.At };
        if (BrokenLimit(temperature) is not { } limit)
        {
            state = state with { OutsideSince = null };
            if (HasRecovered(temperature))
            {
                Resolve(AlertKind.TempExcursion, reading.At);
            }

            return;
        }

        var since = state.OutsideSince ?? reading.At;
        state = state with { OutsideSince = since };
        if (
            reading.At - since
            >= (state.DoorOpenSince is null ? unit.Rules.ConfirmDoorClosed : unit.Rules.ConfirmDoorOpen)
        )
        {
            Raise(
                new RaisedAlert(
                    AlertKind.TempExcursion,
                    AlertSeverity.Critical,
                    reading.At,
                    since,
                    temperature,
                    limit,
                    Sensor: reading.Sensor
                )
            );
        }
    }

    private void SeeBattery(WatchedReading reading, int battery)
    {
        state = state with { BatteryAt = reading.At };
        if (battery <= LowBattery)
        {
            Raise(
                new RaisedAlert(
                    AlertKind.LowBattery,
                    AlertSeverity.Warning,
                    reading.At,
                    reading.At,
                    Battery: battery,
                    Sensor: reading.Sensor
                )
            );
        }
        else if (
            battery >= GoodBattery
            && open.GetValueOrDefault(AlertKind.LowBattery) is { } low
            && (low.Sensor is null || low.Sensor == reading.Sensor)
        )
        {
            // Another sensor's good battery says nothing about the low one.
            Resolve(AlertKind.LowBattery, reading.At);
        }
    }

    /// <summary>Time goes on to this moment: what lasts too long becomes due.</summary>
    private void Pass(DateTime at)
    {
        if (state.DoorOpenSince is { } doorOpen)
        {
            if (at >= doorOpen + unit.Rules.DoorWarningAfter)
            {
                Raise(
                    new RaisedAlert(
                        AlertKind.DoorOpen,
                        AlertSeverity.Warning,
                        doorOpen + unit.Rules.DoorWarningAfter,
                        doorOpen
                    )
                );
            }

            if (at >= doorOpen + unit.Rules.DoorCriticalAfter)
            {
                Worsen(
                    new RaisedAlert(
                        AlertKind.DoorOpen,
                        AlertSeverity.Critical,
                        doorOpen + unit.Rules.DoorCriticalAfter,
                        doorOpen
                    )
                );
            }
        }

        if (SilentFrom is { } silent && at >= silent + unit.Rules.SilenceAfter)
        {
            Raise(
                new RaisedAlert(
                    AlertKind.MonitoringInterrupted,
                    AlertSeverity.Warning,
                    silent + unit.Rules.SilenceAfter,
                    silent
                )
            );
        }
    }

    /// <summary>From when on a silence counts; null for a unit that has never reported.</summary>
    private DateTime? SilentFrom =>
        state.SeenThrough is { } seen ? new[] { seen, state.SilentSince ?? seen, listeningSince }.Max() : null;

    private void Raise(RaisedAlert alert)
    {
        if (open.TryAdd(alert.Kind, new OpenAlert(alert.Kind, alert.Severity, alert.Sensor)))
        {
            raised.Add(alert);
        }
    }

    /// <summary>Makes the open alert critical, whether it was raised
    /// before or just now; raises it where there is none.</summary>
    private void Worsen(RaisedAlert alert)
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
            raised[index] = raised[index] with { Severity = AlertSeverity.Critical };
        }
        else
        {
            worsened.Add(alert.Kind);
        }
    }

    private void Resolve(AlertKind kind, DateTime at)
    {
        if (!open.Remove(kind))
        {
            return;
        }

        if (JustRaised(kind) is not { } index)
        {
            worsened.Remove(kind);
            resolved.Add(new ResolvedAlert(kind, at));
        }
        else if (isFirstLook)
        {
            raised.RemoveAt(index);
        }
        else
        {
            raised[index] = raised[index] with { ResolvedAt = at };
        }
    }

    private int? JustRaised(AlertKind kind) =>
        raised.FindIndex(alert => alert.Kind == kind && alert.ResolvedAt is null) is var index and >= 0 ? index : null;

    private decimal? BrokenLimit(decimal temperature) =>
        temperature > unit.Highest ? unit.Highest
        : temperature < unit.Lowest ? unit.Lowest
        : null;

    /// <summary>Between limits that are close together there is no room for the whole hysteresis: a quarter of their
    /// distance is enough.</summary>
    private bool HasRecovered(decimal temperature)
    {
        var margin = unit.Lowest is { } lowest
            ? Math.Min(unit.Hysteresis, (unit.Highest - lowest) / 4)
            : unit.Hysteresis;
        return temperature <= unit.Highest - margin && (unit.Lowest is null || temperature >= unit.Lowest + margin);
    }

    private Judgement Judgement() =>
        new()
        {
            // What the unit's row already knows need not be looked for again.
            State = state with
            {
                SeenThrough = Later(state.SeenThrough, unit.LastReadingAt),
            },
            Raised = raised,
            Worsened = worsened,
            Resolved = resolved,
            // Doors that moved before the first look are in the table already, or in the past.
            Door = isFirstLook ? [] : door,
            Status = Status(),
            Due = Due(),
        };

    private string? Status() =>
        open.ContainsKey(AlertKind.MonitoringInterrupted) ? "monitoring_interrupted"
        : open.ContainsKey(AlertKind.TempExcursion) ? "alarm_active"
        : state.OutsideSince is not null ? "excursion"
        : state.SeenThrough is not null ? "ok"
        : null;

    private DateTime? Due()
    {
        DateTime? doorDue =
            state.DoorOpenSince is not { } since
            || open.GetValueOrDefault(AlertKind.DoorOpen) is { Severity: AlertSeverity.Critical }
                ? null
            : open.ContainsKey(AlertKind.DoorOpen) ? since + unit.Rules.DoorCriticalAfter
            : Earlier(since + unit.Rules.DoorWarningAfter, since + unit.Rules.DoorCriticalAfter);
        return open.ContainsKey(AlertKind.MonitoringInterrupted)
            ? doorDue
            : Earlier(doorDue, SilentFrom + unit.Rules.SilenceAfter);
    }

    private static bool IsNewer(DateTime at, DateTime? judged) => judged is null || at > judged;

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null || other < one ? other ?? one : one;

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other ?? one : one;
}
