namespace FreshTrack.Api.Alerts;

/// <summary>How far a unit has been judged; its rows of <c>api.unit_watch</c> and <c>api.reporter_watch</c>. Times are
/// UTC.</summary>
internal sealed record WatchState
{
    /// <summary>Every reading up to here has been looked at; null before the first look.</summary>
    public DateTime? SeenThrough { get; init; }

    /// <summary>The newest reading of the first look: what was over by then was somebody else's to watch.</summary>
    public DateTime? WatchedSince { get; init; }

    /// <summary>Where a stretch of time that is being judged again began; null in the present.</summary>
    public DateTime? RewoundFrom { get; init; }

    /// <summary>How far had been judged before it.</summary>
    public DateTime? RewoundUntil { get; init; }

    public DateTime? SilentSince { get; init; }

    /// <summary>The excursion that lasts.</summary>
    public Excursion? Excursion { get; init; }

    public IReadOnlyList<ReporterState> Reporters { get; init; } = [];

    /// <summary>The newest reading that was ever looked at.</summary>
    public DateTime? Newest => RewoundUntil > SeenThrough ? RewoundUntil : SeenThrough;
}

/// <summary>One sensor, device or hand of a unit.</summary>
internal sealed record ReporterState(Guid Id)
{
    public DateTime? TemperatureAt { get; init; }

    public DateTime? OutsideSince { get; init; }

    /// <summary>Outside for longer than the rule's delay, and not recovered since.</summary>
    public bool IsConfirmed { get; init; }

    public DateTime? DoorAt { get; init; }

    public DateTime? DoorOpenSince { get; init; }

    public DateTime? BatteryAt { get; init; }

    /// <summary>It was deleted, or belongs to another unit now.</summary>
    public bool IsGone { get; init; }
}

/// <summary>A time in which some reporter of the unit was confirmed outside the limits.</summary>
/// <param name="Since">When the first of them left the limits.</param>
/// <param name="At">The reading that confirmed it.</param>
/// <param name="Temperature">Of that reading.</param>
/// <param name="Limit">The limit that it broke.</param>
/// <param name="Sensor">EUI of the sensor that confirmed it.</param>
/// <param name="EndedAt">When all of them had recovered; null while it lasts.</param>
internal sealed record Excursion(
    DateTime Since,
    DateTime At,
    decimal Temperature,
    decimal Limit,
    string? Sensor,
    DateTime? EndedAt = null
);
