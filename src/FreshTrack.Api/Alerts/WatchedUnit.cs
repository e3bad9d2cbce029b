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

    public IReadOnlyList<OpenAlert> Open { get; init; } = [];
}

/// <summary>The settings in force for one unit: its own rule's,
/// else the site's, else the organization's, else the defaults.</summary>
internal sealed record WatchRules
{
    /// <summary>Expected interval × multiplier + minutes.</summary>
    public required TimeSpan SilenceAfter { get; init; }

    public required TimeSpan DoorWarningAfter { get; init; }

    public required TimeSpan DoorCriticalAfter { get; init; }

    public required TimeSpan ConfirmDoorClosed { get; init; }

    public required TimeSpan ConfirmDoorOpen { get; init; }
}

/// <summary>How far a unit has been judged; the row of <c>api.unit_watch</c>. Times are UTC.</summary>
internal sealed record WatchState
{
    /// <summary>The newest reading that was looked at; null before the first look.</summary>
    public DateTime? SeenThrough { get; init; }

    public DateTime? TemperatureAt { get; init; }

    public DateTime? OutsideSince { get; init; }

    public DateTime? DoorAt { get; init; }

    public DateTime? DoorOpenSince { get; init; }

    public DateTime? BatteryAt { get; init; }

    public DateTime? SilentSince { get; init; }
}

/// <summary>An alert that nobody and nothing has resolved yet.</summary>
/// <param name="Sensor">EUI of the sensor that it is about, where it is about one.</param>
internal sealed record OpenAlert(AlertKind Kind, AlertSeverity Severity, string? Sensor);

/// <summary>What a reading tells about its unit.</summary>
/// <param name="Sensor">EUI of the sensor.</param>
internal sealed record WatchedReading(
    DateTime At,
    decimal? Temperature = null,
    bool? DoorOpen = null,
    int? Battery = null,
    string? Sensor = null
);
