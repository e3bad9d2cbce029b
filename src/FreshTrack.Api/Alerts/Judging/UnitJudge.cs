namespace FreshTrack.Api.Alerts;

/// <summary>Judges one unit: from what is known, its new readings and the time follows what is raised, worsened,
/// resolved and corrected. Nothing else goes in.</summary>
internal sealed class UnitJudge
{
    private readonly WatchedUnit unit;
    private readonly UnitLook look;
    private readonly bool isFirstLook;
    private DateTime? rewoundFrom;
    private readonly AlertLedger alerts;
    private readonly TemperatureJudge temperatures;
    private readonly DoorJudge doors;
    private readonly BatteryJudge batteries;
    private readonly SilenceJudge silence;
    private readonly Dictionary<Guid, bool> doorsThen = [];
    private readonly HashSet<Guid> reporters;
    private readonly HashSet<Guid> gone;
    private readonly Queue<DateTime> byHand;

    private UnitJudge(WatchedUnit unit, UnitLook look)
    {
        this.unit = unit;
        this.look = look;
        isFirstLook = unit.State.SeenThrough is null;
        alerts = new AlertLedger(unit.Alerts.Where(alert => alert.Kind != AlertKind.TempExcursion), isFirstLook);
        temperatures = new TemperatureJudge(unit, isFromStart: look.LateFrom is not null);
        doors = new DoorJudge(unit, alerts);
        batteries = new BatteryJudge(unit, alerts);
        silence = new SilenceJudge(unit, alerts, look.ListeningSince);
        reporters = [.. unit.State.Reporters.Select(state => state.Id)];
        gone = [.. unit.State.Reporters.Where(state => state.IsGone).Select(state => state.Id)];
        byHand = new Queue<DateTime>(
            unit.Alerts.Where(alert => alert is { Kind: AlertKind.TempExcursion, IsByHand: true, IsOpen: false })
                .Select(alert => alert.ResolvedAt!.Value)
                .Where(moment => look.LateFrom is not null || moment > unit.State.SeenThrough)
                .Order()
        );
    }

    public static Judgement Judge(WatchedUnit unit, UnitLook look)
    {
        var judge = new UnitJudge(unit, look);
        judge.RememberDoors();
        var start = look.LateFrom is { } late ? Replay.StartOf(unit, look.Readings, late) ?? 0 : 0;
        foreach (var reading in look.Readings.Take(start))
        {
            judge.RememberDoor(reading);
        }

        WatchedReading[] readings = [.. look.Readings.Skip(start)];
        judge.rewoundFrom = Earlier(
            look.LateFrom is not null && readings is [var first, ..] ? first.At : look.LateFrom,
            unit.State.RewoundFrom
        );
        Array.ForEach(readings, judge.See);
        if (!look.IsPartial)
        {
            judge.ReachNow();
        }

        return judge.Judgement(readings);
    }

    private void See(WatchedReading reading)
    {
        StartAnewUntil(reading.At);
        reporters.Add(reading.Reporter);
        if (reading.IsGone)
        {
            gone.Add(reading.Reporter);
        }

        if (silence.Newest is null || reading.At > silence.Newest)
        {
            doors.Pass(reading.At);
        }

        silence.See(reading);
        RememberDoor(reading);
        if (reading.DoorOpen is { } isOpen)
        {
            doors.See(reading.Reporter, reading.At, isOpen);
        }

        if (reading.Temperature is { } temperature)
        {
            temperatures.See(reading, temperature, doorsThen.ContainsValue(true));
        }

        batteries.See(reading);
    }

    private void ReachNow()
    {
        StartAnewUntil(look.Now);
        if (unit.LastReadingAt <= look.Now)
        {
            silence.Know(unit.LastReadingAt);
        }

        foreach (var reporter in gone)
        {
            silence.Forget(reporter);
        }

        doors.Pass(look.Now);
        silence.Pass(look.Now);
        foreach (var reporter in gone)
        {
            temperatures.Forget(reporter, look.Now);
            doors.Forget(reporter, look.Now);
            reporters.Remove(reporter);
        }
    }

    /// <summary>Where time is judged again, what somebody resolved by hand is counted from then on.</summary>
    private void StartAnewUntil(DateTime at)
    {
        while (byHand.TryPeek(out var moment) && moment < at)
        {
            temperatures.Restart(byHand.Dequeue());
        }
    }

    /// <summary>The doors at the start, as far as they are known: when time is judged again, those that have not moved
    /// since.</summary>
    private void RememberDoors()
    {
        foreach (var state in unit.State.Reporters.Where(state => state.DoorAt is not null))
        {
            doorsThen[state.Id] =
                state.DoorOpenSince is { } since && (look.Readings is not [var first, ..] || since <= first.At);
        }
    }

    private void RememberDoor(WatchedReading reading)
    {
        if (reading.DoorOpen is { } isOpen)
        {
            doorsThen[reading.Reporter] = isOpen;
        }
    }

    private Judgement Judgement(WatchedReading[] readings)
    {
        var seen = look.IsPartial && readings is [.., var last] ? last.At : silence.Newest;
        var watchedSince =
            unit.State.WatchedSince ?? (unit.LastReadingAt <= look.Now ? Later(seen, unit.LastReadingAt) : seen);
        var excursions = ExcursionMatch.Of(
            temperatures,
            unit.Alerts,
            readings,
            new ExcursionContext(
                    // Of all parts, where there are several.
                    unit.State.RewoundFrom
                        is { } from
                    && look.LateFrom is null
                        ? from
                    : readings is [var first, ..] ? first.At
                    : look.Now,
                look.Now,
                isFirstLook,
                look.IsPartial,
                watchedSince,
                rewoundFrom,
                look.CorrectedFrom,
                unit.Highest,
                unit.Lowest
            )
        );
        var isBehind = look.IsPartial && silence.Newest > seen;
        return new()
        {
            State = new WatchState
            {
                SeenThrough = seen,
                WatchedSince = watchedSince,
                RewoundFrom = isBehind ? rewoundFrom : null,
                RewoundUntil = isBehind ? silence.Newest : null,
                SilentSince = silence.SilentSince,
                Excursion = temperatures.Lasting,
                Reporters =
                [
                    .. reporters.Select(id =>
                        batteries.Complete(doors.Complete(temperatures.Complete(new ReporterState(id))))
                    ),
                ],
            },
            Raised = [.. alerts.Raised, .. excursions.Raised],
            Worsened = alerts.Worsened,
            Resolved = excursions.ResolvedAt is { } at
                ? [.. alerts.Resolved, new ResolvedAlert(AlertKind.TempExcursion, at)]
                : alerts.Resolved,
            Corrected = excursions.Corrected,
            // How a door moved before the first look is in the table already, or in the past.
            Door = isFirstLook ? [.. doors.Changes.TakeLast(1)] : doors.Changes,
            IsFirstLook = isFirstLook,
            Status = look.IsPartial ? null : Status(excursions),
            Due = Earlier(doors.Due(), silence.Due()),
        };
    }

    private string? Status(ExcursionMatch excursions) =>
        alerts.Open(AlertKind.MonitoringInterrupted) is not null ? "monitoring_interrupted"
        : excursions.IsOpen ? "alarm_active"
        : temperatures.IsOutside ? "excursion"
        : silence.Newest is not null ? "ok"
        : null;

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null || other < one ? other ?? one : one;

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other ?? one : one;
}

/// <summary>What one look at a unit brought.</summary>
/// <param name="Readings">In the order of their times. After a late reading also those before it, as far as they are
/// needed.</param>
/// <param name="ListeningSince">Before this nobody could have reported: silence counts from here at the
/// earliest.</param>
/// <param name="Now">The present.</param>
/// <param name="LateFrom">The earliest reading that is older than what was judged; null when all are newer.</param>
/// <param name="IsPartial">More readings follow: only the time of the last one has been reached.</param>
/// <param name="CorrectedFrom">The earliest reading that was judged and does not count any more.</param>
internal sealed record UnitLook(
    IReadOnlyList<WatchedReading> Readings,
    DateTime ListeningSince,
    DateTime Now,
    DateTime? LateFrom = null,
    bool IsPartial = false,
    DateTime? CorrectedFrom = null
);
