namespace FreshTrack.Api.Alerts;

/// <summary>A unit as it is judged: where it is, what it may do,
/// and what is known of it so far. Temperatures as they are stored.</summary>
internal sealed record WatchedUnit
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required Guid Area { get; init; }

    public required Guid Site { get; init; }

    public required Guid Organization { get; init; }

    /// <summary>How texts show temperatures: in the unit that the organization prefers.</summary>
    public ShownTemperatures Shown { get; init; } = new(TemperatureUnit.Celsius, TemperatureUnit.Celsius);

    public required decimal Highest { get; init; }

    public decimal? Lowest { get; init; }

    /// <summary>How far inside its limits a temperature must be to count as recovered.</summary>
    public required decimal Hysteresis { get; init; }

    /// <summary>Newest reading in the unit's own row; null when it has never reported.</summary>
    public DateTime? LastReadingAt { get; init; }

    public required WatchRules Rules { get; init; }

    public required WatchState State { get; init; }

    /// <summary>Alerts that nobody and nothing has resolved yet; and, where time is judged again, excursions around it
    /// that are over.</summary>
    public IReadOnlyList<KnownAlert> Alerts { get; init; } = [];

    /// <summary>The limit that a temperature is outside of; null when it is inside.</summary>
    public decimal? BrokenLimit(decimal temperature) =>
        temperature > Highest ? Highest
        : temperature < Lowest ? Lowest
        : null;

    /// <summary>Between limits that are close together there is no room for the whole hysteresis: a quarter of their
    /// distance is enough.</summary>
    public bool HasRecovered(decimal temperature)
    {
        var margin = Lowest is { } lowest ? Math.Min(Hysteresis, (Highest - lowest) / 4) : Hysteresis;
        return temperature <= Highest - margin && (Lowest is null || temperature >= Lowest + margin);
    }
}

/// <summary>The settings in force for one unit: its own rule's,
/// else the site's, else the organization's, else the defaults.</summary>
internal sealed record WatchRules
{
    /// <summary>A rule of no time at all would interrupt between any two readings.</summary>
    public static readonly TimeSpan ShortestSilence = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestMemory = TimeSpan.FromHours(1);

    /// <summary>Expected interval × multiplier + minutes, at least a minute.</summary>
    public required TimeSpan SilenceAfter { get; init; }

    public required TimeSpan DoorWarningAfter { get; init; }

    public required TimeSpan DoorCriticalAfter { get; init; }

    public required TimeSpan ConfirmDoorClosed { get; init; }

    public required TimeSpan ConfirmDoorOpen { get; init; }

    /// <summary>A reporter that is silent for longer, while another sensor reports temperatures inside the limits, no
    /// longer counts as outside.</summary>
    public TimeSpan ForgottenAfter => SilenceAfter * 4 > ShortestMemory ? SilenceAfter * 4 : ShortestMemory;
}

/// <summary>An alert that was written before.</summary>
/// <param name="Sensor">EUI of the sensor that it is about, where it is about one.</param>
/// <param name="Since">When what it is about began.</param>
/// <param name="At">When it was triggered.</param>
/// <param name="ResolvedAt">Null while it is open.</param>
/// <param name="IsOwn">Raised by this program, which may correct it.</param>
/// <param name="IsByHand">Somebody resolved it.</param>
/// <param name="Limit">The limit that a temperature broke.</param>
internal sealed record KnownAlert(
    AlertKind Kind,
    AlertSeverity Severity,
    string? Sensor,
    Guid Id = default,
    DateTime Since = default,
    DateTime At = default,
    DateTime CreatedAt = default,
    DateTime? ResolvedAt = null,
    bool IsOwn = false,
    bool IsByHand = false,
    decimal? Limit = null
)
{
    public bool IsOpen => ResolvedAt is null;
}

/// <summary>What a reading tells about its unit.</summary>
/// <param name="At">When it was measured, or when it arrived if its clock was ahead.</param>
/// <param name="Battery">Percent.</param>
/// <param name="Sensor">EUI of the sensor.</param>
/// <param name="Reporter">Id of the sensor or device; zeros for what was written down by hand.</param>
/// <param name="IsGone">The reporter was deleted, or belongs to another unit now.</param>
/// <param name="Voltage">Of the battery, in V.</param>
internal sealed record WatchedReading(
    DateTime At,
    decimal? Temperature = null,
    bool? DoorOpen = null,
    int? Battery = null,
    string? Sensor = null,
    Guid Reporter = default,
    DateTime ArrivedAt = default,
    bool IsGone = false,
    decimal? Voltage = null
);
