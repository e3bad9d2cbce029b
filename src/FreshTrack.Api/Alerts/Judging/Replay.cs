namespace FreshTrack.Api.Alerts;

/// <summary>Where time can be judged again from, once readings of it have arrived late.</summary>
internal static class Replay
{
    /// <summary>The last moment before the late readings at which no reporter was outside its limits and no excursion
    /// lasted: what follows from there needs no knowledge of what was before.</summary>
    /// <param name="history">In the order of time, from before the late readings on.</param>
    /// <param name="lateFrom">The earliest late reading.</param>
    /// <returns>Index of the first reading to judge; null when there is no such moment.</returns>
    public static int? StartOf(WatchedUnit unit, IReadOnlyList<WatchedReading> history, DateTime lateFrom)
    {
        var end = history.Index().FirstOrDefault(item => item.Item.At >= lateFrom, (history.Count, null!)).Index;
        return LastSettled(unit, history, outside: [], end);
    }

    /// <summary>Where a part of a long stretch that is judged again ends: at such a moment too, so that what an alert
    /// is about is seen in one part; without one at the last moment that fits.</summary>
    /// <returns>How many readings to judge.</returns>
    public static int LengthOfPart(
        WatchedUnit unit,
        IReadOnlyList<WatchedReading> readings,
        bool isFromStart,
        int maximum
    )
    {
        var outside = isFromStart
            ? []
            : unit.State.Reporters.Where(IsOutside).Select(reporter => reporter.Id).ToHashSet();
        var settled = LastSettled(unit, readings, outside, maximum);
        // Readings of one moment are judged together.
        var moment = settled ?? maximum;
        while (moment > 0 && moment < readings.Count && readings[moment - 1].At == readings[moment].At)
        {
            moment--;
        }

        return moment == 0 ? Math.Min(maximum, readings.Count) : moment;
    }

    private static int? LastSettled(
        WatchedUnit unit,
        IReadOnlyList<WatchedReading> readings,
        HashSet<Guid> outside,
        int end
    )
    {
        int? settled = null;
        for (var index = 0; index <= end && index < readings.Count; index++)
        {
            if (index > 0 && outside.Count == 0 && !Lasts(unit, readings[index].At))
            {
                settled = index;
            }

            if (readings[index].Temperature is not { } temperature)
            {
                continue;
            }

            if (unit.BrokenLimit(temperature) is not null)
            {
                outside.Add(readings[index].Reporter);
            }
            else if (unit.HasRecovered(temperature))
            {
                outside.Remove(readings[index].Reporter);
            }
        }

        return settled;
    }

    private static bool IsOutside(ReporterState reporter) => reporter.OutsideSince is not null || reporter.IsConfirmed;

    private static bool Lasts(WatchedUnit unit, DateTime at) =>
        unit.Alerts.Any(alert =>
            alert is { Kind: AlertKind.TempExcursion, IsOwn: true }
            && alert.Since < at
            && (alert.ResolvedAt ?? at) >= at
        );
}
