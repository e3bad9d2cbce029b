namespace FreshTrack.Api.Alerts;

/// <summary>What a unit's new readings and the time mean.</summary>
internal sealed record Judgement
{
    public required WatchState State { get; init; }

    public IReadOnlyList<RaisedAlert> Raised { get; init; } = [];

    /// <summary>Alerts that were open before and have become critical.</summary>
    public IReadOnlyList<AlertKind> Worsened { get; init; } = [];

    /// <summary>Alerts that were open before and are over.</summary>
    public IReadOnlyList<ResolvedAlert> Resolved { get; init; } = [];

    /// <summary>Alerts that readings which arrived late show in another light.</summary>
    public IReadOnlyList<CorrectedAlert> Corrected { get; init; } = [];

    public IReadOnlyList<DoorChange> Door { get; init; } = [];

    /// <summary>Nothing was known of the unit: the last change of its door counts only where none is known.</summary>
    public bool IsFirstLook { get; init; }

    /// <summary>Label of <c>unit_status</c>; null while nothing is known, or while the past is being judged.</summary>
    public string? Status { get; init; }

    /// <summary>When time alone changes the judgement; null when only a reading can.</summary>
    public DateTime? Due { get; init; }

    public bool ChangesAlerts => this is not { Raised: [], Worsened: [], Resolved: [], Corrected: [] };
}

/// <param name="Temperature">The reading that confirmed it, as it is stored;
/// null for kinds that are not about temperature.</param>
/// <param name="Limit">The limit that it broke.</param>
/// <param name="Since">Since when it has been so; equals <paramref name="At"/> where nothing had to last.</param>
/// <param name="Battery">Percent.</param>
/// <param name="Voltage">V.</param>
/// <param name="ResolvedAt">When it was over again before it was even written.</param>
/// <param name="IsLate">People learn of it long after it began: its readings arrived late.</param>
internal sealed record RaisedAlert(
    AlertKind Kind,
    AlertSeverity Severity,
    DateTime At,
    DateTime Since,
    decimal? Temperature = null,
    decimal? Limit = null,
    int? Battery = null,
    decimal? Voltage = null,
    string? Sensor = null,
    DateTime? ResolvedAt = null,
    bool IsLate = false
);

internal sealed record ResolvedAlert(AlertKind Kind, DateTime At);

/// <param name="Excursion">What it was in truth; null when there was none.</param>
internal sealed record CorrectedAlert(Guid Id, Excursion? Excursion);

internal sealed record DoorChange(DateTime At, bool Open);
