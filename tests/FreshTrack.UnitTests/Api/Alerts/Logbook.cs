using FreshTrack.Api.Alerts;

namespace FreshTrack.UnitTests.Api.Alerts;

/// <summary>What the database keeps between two looks at one unit: readings, alerts and what is known; and reads of it
/// what the API reads.</summary>
internal sealed class Logbook(WatchedUnit unit)
{
    private readonly List<WatchedReading> readings = [];
    private readonly List<WatchedReading> late = [];
    private readonly List<(KnownAlert Alert, bool IsRetracted)> alerts = [];
    private WatchState state = unit.State;

    /// <summary>Of a part of a look.</summary>
    public int MaximumReadings { get; init; } = int.MaxValue;

    /// <summary>Excursions that were raised and hold: since, confirmed, over; in minutes, in their order.</summary>
    public IReadOnlyList<(double Since, double At, double? Until)> Excursions =>
        [
            .. alerts
                .Where(alert => !alert.IsRetracted && alert.Alert.Kind == AlertKind.TempExcursion)
                .Select(alert =>
                    (
                        WatchedUnits.Minute(alert.Alert.Since),
                        WatchedUnits.Minute(alert.Alert.At),
                        alert.Alert.ResolvedAt is { } at ? WatchedUnits.Minute(at) : (double?)null
                    )
                )
                .Order(),
        ];

    public List<RaisedAlert> Raised { get; } = [];

    public int Retracted => alerts.Count(alert => alert.IsRetracted);

    public string? Status { get; private set; }

    public void Arrive(IEnumerable<WatchedReading> arrived, DateTime now)
    {
        foreach (var reading in arrived)
        {
            var stored = reading with { ArrivedAt = now, At = reading.At < now ? reading.At : now };
            (stored.At <= state.Newest ? late : readings).Add(stored);
            if (stored.At <= state.Newest)
            {
                readings.Add(stored);
            }
        }

        while (Look(now)) { }
    }

    public void ResolveByHand(DateTime at)
    {
        var index = alerts.FindIndex(alert => alert.Alert.IsOpen);
        alerts[index] = (alerts[index].Alert with { ResolvedAt = at, IsByHand = true }, false);
        state = state with
        {
            Excursion = null,
            Reporters =
            [
                .. state.Reporters.Select(reporter =>
                    reporter with
                    {
                        OutsideSince = reporter.OutsideSince is null ? null : at,
                        IsConfirmed = false,
                    }
                ),
            ],
        };
    }

    /// <returns>Whether more is left.</returns>
    private bool Look(DateTime now)
    {
        DateTime? lateFrom =
            late.Count > 0 && late.Min(reading => reading.At) <= state.SeenThrough
                ? late.Min(reading => reading.At)
                : null;
        late.Clear();
        var isBehind = lateFrom is not null || state.RewoundUntil is not null;
        var known = unit with
        {
            State = state,
            LastReadingAt = readings.Count == 0 ? null : readings.Max(reading => reading.At),
            Alerts = [.. alerts.Where(a => !a.IsRetracted && (a.Alert.IsOpen || isBehind)).Select(a => a.Alert)],
        };
        WatchedReading[] read =
        [
            .. readings
                .Where(reading => lateFrom is not null || reading.At > state.SeenThrough)
                .OrderBy(reading => reading.At)
                .ThenBy(reading => reading.Reporter),
        ];
        if (lateFrom is { } from && Replay.StartOf(known, read, from) is { } start)
        {
            read = read[(start - 1)..];
        }

        var isPartial = read.Length > MaximumReadings;
        if (isPartial)
        {
            read = read[..Replay.LengthOfPart(known, read, lateFrom is not null, MaximumReadings)];
        }

        Apply(UnitJudge.Judge(known, new UnitLook(read, WatchedUnits.At(-100_000), now, lateFrom, isPartial)), now);
        return isPartial;
    }

    private void Apply(Judgement judgement, DateTime now)
    {
        state = judgement.State;
        Status = judgement.Status ?? Status;
        foreach (var resolved in judgement.Resolved)
        {
            Change(
                alert => alert.Kind == resolved.Kind && alert.IsOpen,
                alert => alert with { ResolvedAt = resolved.At > alert.At ? resolved.At : alert.At }
            );
        }

        foreach (var (id, excursion) in judgement.Corrected)
        {
            var index = alerts.FindIndex(alert => alert.Alert.Id == id);
            var alert = alerts[index].Alert;
            alerts[index] = excursion is null
                ? (alert with { ResolvedAt = alert.ResolvedAt ?? now }, true)
                : (
                    alert with
                    {
                        Since = excursion.Since,
                        At = excursion.At,
                        ResolvedAt = alert.IsOpen || alert.IsByHand ? alert.ResolvedAt : excursion.EndedAt,
                    },
                    false
                );
        }

        foreach (var raised in judgement.Raised)
        {
            Assert.False(
                raised.ResolvedAt is null && alerts.Exists(a => a.Alert.Kind == raised.Kind && a.Alert.IsOpen),
                "Two open alerts of one kind."
            );
            Raised.Add(raised);
            alerts.Add(
                (
                    new KnownAlert(
                        raised.Kind,
                        raised.Severity,
                        raised.Sensor,
                        Guid.CreateVersion7(),
                        raised.Since,
                        raised.At,
                        now,
                        raised.ResolvedAt,
                        IsOwn: true,
                        Limit: raised.Limit
                    ),
                    false
                )
            );
        }
    }

    private void Change(Predicate<KnownAlert> which, Func<KnownAlert, KnownAlert> change)
    {
        for (var index = 0; index < alerts.Count; index++)
        {
            if (which(alerts[index].Alert))
            {
                alerts[index] = (change(alerts[index].Alert), alerts[index].IsRetracted);
            }
        }
    }
}
