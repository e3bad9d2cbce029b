namespace FreshTrack.Api.Alerts;

/// <summary>Brings the excursions of a walk together with the known alerts: what is new is raised, what is over
/// resolved, and what late readings show in another light corrected.</summary>
internal sealed class ExcursionMatch
{
    /// <summary>An alert of which people learn later than this after it was confirmed is late.</summary>
    internal static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(15);

    private readonly TemperatureJudge walk;
    private readonly IReadOnlyList<WatchedReading> readings;
    private readonly ExcursionContext context;
    private readonly List<KnownAlert> unmatched;
    private readonly List<RaisedAlert> raised = [];
    private readonly List<CorrectedAlert> corrected = [];
    private readonly List<(Excursion Excursion, KnownAlert? Alert)> pairs = [];
    private DateTime? resolvedAt;
    private bool isOpen;

    private ExcursionMatch(
        TemperatureJudge walk,
        IEnumerable<KnownAlert> alerts,
        IReadOnlyList<WatchedReading> readings,
        ExcursionContext context
    )
    {
        this.walk = walk;
        this.readings = readings;
        this.context = context;
        unmatched = [.. alerts.Where(alert => alert.Kind == AlertKind.TempExcursion).OrderBy(alert => alert.Since)];
    }

    /// <summary>An excursion's alert is open at the end.</summary>
    public bool IsOpen => isOpen;

    public IReadOnlyList<RaisedAlert> Raised => raised;

    public IReadOnlyList<CorrectedAlert> Corrected => corrected;

    /// <summary>When the alerts that were open before ended; null when they are open still.</summary>
    public DateTime? ResolvedAt => resolvedAt;

    /// <param name="readings">Those that were walked through.</param>
    public static ExcursionMatch Of(
        TemperatureJudge walk,
        IEnumerable<KnownAlert> alerts,
        IReadOnlyList<WatchedReading> readings,
        ExcursionContext context
    )
    {
        var match = new ExcursionMatch(walk, alerts, readings, context);
        match.Pair();
        foreach (var (excursion, alert) in match.pairs)
        {
            match.Settle(excursion, alert);
        }

        match.unmatched.ForEach(match.SettleUnmatched);
        return match;
    }

    /// <summary>Its own alert first; then the one that lasts with one that is open, then each with the first that it
    /// touches.</summary>
    private void Pair()
    {
        var excursions = walk.Excursions.ToList();
        var found = new KnownAlert?[excursions.Count];
        foreach (var (index, excursion) in excursions.Index())
        {
            found[index] = Take(alert => alert.Since == excursion.Since && alert.At == excursion.At);
        }

        if (excursions is [.., { EndedAt: null } last] && found[^1] is null)
        {
            found[^1] = Take(alert => alert.IsOpen && Touches(alert, last));
        }

        foreach (var (index, excursion) in excursions.Index())
        {
            found[index] ??= Take(alert => Touches(alert, excursion));
            pairs.Add((excursion, found[index]));
        }
    }

    private KnownAlert? Take(Predicate<KnownAlert> fits)
    {
        var index = unmatched.FindIndex(fits);
        if (index < 0)
        {
            return null;
        }

        var alert = unmatched[index];
        unmatched.RemoveAt(index);
        return alert;
    }

    private bool Touches(KnownAlert alert, Excursion excursion) =>
        excursion.Since <= (alert.ResolvedAt ?? walk.SettledAfter(alert.At, alert.Sensor) ?? DateTime.MaxValue)
        && (IsMovedAndOpen(alert) || (excursion.EndedAt ?? DateTime.MaxValue) > alert.Since);

    // The former system's times are those of its own rounds, not of readings.
    private static bool IsMovedAndOpen(KnownAlert alert) => alert is { IsOpen: true, IsOwn: false };

    private void Settle(Excursion excursion, KnownAlert? alert)
    {
        if (alert is null)
        {
            RaiseNew(excursion);
            return;
        }

        if (alert.IsOpen)
        {
            resolvedAt = Later(resolvedAt, excursion.EndedAt);
        }

        isOpen |= excursion.EndedAt is null;
        if (MustCorrect(alert, excursion))
        {
            corrected.Add(new CorrectedAlert(alert.Id, excursion));
        }
    }

    private void RaiseNew(Excursion excursion)
    {
        // What lasts at the end of a part is raised by the next part, which may find its alert.
        if (excursion.EndedAt is null && context.IsPartial)
        {
            return;
        }

        // Over before anybody watched, or judged when it happened.
        if (excursion.EndedAt <= context.WatchedSince || excursion.EndedAt <= context.RewoundFrom)
        {
            return;
        }

        isOpen |= excursion.EndedAt is null;
        raised.Add(
            new RaisedAlert(
                AlertKind.TempExcursion,
                AlertSeverity.Critical,
                excursion.At,
                excursion.Since,
                excursion.Temperature,
                excursion.Limit,
                Sensor: excursion.Sensor,
                ResolvedAt: excursion.EndedAt,
                IsLate: !context.IsFirstLook && context.Now - excursion.At > LateAfter
            )
        );
    }

    /// <summary>Only by readings that arrived after the alert was written, not by other limits: what was judged when
    /// it happened stays as it was judged.</summary>
    private bool MustCorrect(KnownAlert alert, Excursion excursion)
    {
        if (context.RewoundFrom is null || !alert.IsOwn || !IsByTheseLimits(alert))
        {
            return false;
        }

        var beganOtherwise =
            (alert.Since, alert.At) != (excursion.Since, excursion.At)
            && (alert.Since >= context.Start || excursion.Since < alert.Since);
        var endedOtherwise =
            alert is { IsOpen: false, IsByHand: false }
            && excursion.EndedAt != alert.ResolvedAt
            && (excursion.EndedAt is not null || !context.IsPartial);
        return (beganOtherwise && HasLate(alert, excursion.At))
            || (endedOtherwise && HasLate(alert, excursion.EndedAt ?? DateTime.MaxValue));
    }

    private void SettleUnmatched(KnownAlert alert)
    {
        var isWalkedThrough =
            alert.Since >= context.Start && (!context.IsPartial || (readings is [.., var last] && alert.At <= last.At));
        if (
            context.RewoundFrom is not null
            && alert is { IsOwn: true, IsByHand: false }
            && isWalkedThrough
            && IsByTheseLimits(alert)
            && HasLate(alert, alert.At)
        )
        {
            corrected.Add(new CorrectedAlert(alert.Id, Excursion: null));
        }
        else if (alert.IsOpen)
        {
            // One that was moved, or whose limits have changed.
            resolvedAt = Later(resolvedAt, walk.SettledAfter(alert.At, alert.Sensor) ?? SettledAtLast(alert));
            isOpen |= resolvedAt is null;
        }
    }

    private DateTime? SettledAtLast(KnownAlert alert) =>
        IsMovedAndOpen(alert) && walk is { Lasting: null, IsOutside: false } ? walk.LastSettled(alert.Sensor) : null;

    private bool IsByTheseLimits(KnownAlert alert) =>
        alert.Limit is null || alert.Limit == context.Highest || alert.Limit == context.Lowest;

    /// <summary>Of the time before this moment something became known after the alert was written: a reading that
    /// arrived, or that one was wrong.</summary>
    private bool HasLate(KnownAlert alert, DateTime until) =>
        context.CorrectedFrom <= until
        || readings.Any(reading =>
            reading.Temperature is not null && reading.At <= until && reading.ArrivedAt > alert.CreatedAt
        );

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other ?? one : one;
}

/// <summary>What a walk through temperatures was.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="Now">The present.</param>
/// <param name="IsFirstLook">Nothing is known of the unit yet.</param>
/// <param name="IsPartial">More readings are to come.</param>
/// <param name="WatchedSince">What was over by then is not raised.</param>
/// <param name="Highest">The limit of now.</param>
/// <param name="Lowest">The limit of now.</param>
/// <param name="RewoundFrom">The earliest late reading; null when only the present was judged.</param>
/// <param name="CorrectedFrom">The earliest reading that was judged and does not count any more.</param>
internal sealed record ExcursionContext(
    DateTime Start,
    DateTime Now,
    bool IsFirstLook,
    bool IsPartial,
    DateTime? WatchedSince,
    DateTime? RewoundFrom,
    DateTime? CorrectedFrom,
    decimal Highest,
    decimal? Lowest
);
