namespace FreshTrack.Api.Alerts;

/// <summary>An alert as it goes into the table.</summary>
internal sealed record RaisedRow(
    Guid Id,
    Guid UnitId,
    Guid OrganizationId,
    Guid SiteId,
    Guid AreaId,
    string AlertType,
    string Severity,
    string Title,
    string Message,
    decimal? TempReading,
    decimal? TempLimit,
    DateTime TriggeredAt,
    DateTime FirstActiveAt,
    DateTime? ResolvedAt,
    string? SensorDevEui,
    bool? IsLate
)
{
    public static RaisedRow Of(WatchedUnit unit, RaisedAlert alert) =>
        new(
            Guid.CreateVersion7(),
            unit.Id,
            unit.Organization,
            unit.Site,
            unit.Area,
            alert.Kind.Label(),
            alert.Severity.Label(),
            AlertText.Title(unit, alert),
            AlertText.Message(alert),
            alert.Temperature,
            alert.Limit,
            alert.At,
            alert.Since,
            alert.ResolvedAt,
            alert.Sensor,
            alert.IsLate ? true : null
        );
}

/// <summary>A change of the open alerts of one unit and kind.</summary>
internal sealed record ChangedRow(Guid UnitId, string AlertType, DateTime? ResolvedAt);

/// <summary>What an alert is about in truth; without times: nothing.</summary>
internal sealed record CorrectedRow(
    Guid Id,
    string? Title,
    string? Message,
    decimal? TempReading,
    decimal? TempLimit,
    DateTime? TriggeredAt,
    DateTime? FirstActiveAt,
    DateTime? ResolvedAt,
    string? SensorDevEui
)
{
    public static CorrectedRow Of(WatchedUnit unit, CorrectedAlert alert)
    {
        if (alert.Excursion is not { } excursion)
        {
            return new CorrectedRow(alert.Id, null, null, null, null, null, null, null, null);
        }

        var text = new RaisedAlert(
            AlertKind.TempExcursion,
            AlertSeverity.Critical,
            excursion.At,
            excursion.Since,
            excursion.Temperature,
            excursion.Limit
        );
        return new CorrectedRow(
            alert.Id,
            AlertText.Title(unit, text),
            AlertText.Message(text),
            excursion.Temperature,
            excursion.Limit,
            excursion.At,
            excursion.Since,
            excursion.EndedAt,
            excursion.Sensor
        );
    }
}

/// <param name="IsFirst">It counts only where no state of the door is known.</param>
internal sealed record DoorRow(Guid UnitId, string State, DateTime OccurredAt, bool IsFirst);

/// <summary>What is known of a unit after it has been judged.</summary>
internal sealed record UnitRow(
    Guid UnitId,
    DateTime? SeenThrough,
    DateTime? WatchedSince,
    DateTime? LookedAtReading,
    DateTime? RewoundFrom,
    DateTime? RewoundUntil,
    DateTime? SilentSince,
    DateTime? ExcursionSince,
    DateTime? ExcursionAt,
    decimal? ExcursionTemperature,
    decimal? ExcursionLimit,
    string? ExcursionSensor,
    DateTime? DueAt,
    string? Status,
    string? DoorState,
    DateTime? DoorLastChangedAt
)
{
    public static UnitRow Of(WatchedLook look, Judgement judgement)
    {
        var state = judgement.State;
        return new UnitRow(
            look.Unit.Id,
            state.SeenThrough,
            state.WatchedSince,
            look.IsPartial ? null : look.Unit.LastReadingAt,
            state.RewoundFrom,
            state.RewoundUntil,
            state.SilentSince,
            state.Excursion?.Since,
            state.Excursion?.At,
            state.Excursion?.Temperature,
            state.Excursion?.Limit,
            state.Excursion?.Sensor,
            judgement.Due,
            judgement.Status,
            DoorOf(state),
            judgement.Door is [.., var last] ? last.At : null
        );
    }

    public static string DoorLabel(bool isOpen) => isOpen ? "open" : "closed";

    private static string? DoorOf(WatchState state) =>
        state.Reporters.Any(reporter => reporter.DoorAt is not null)
            ? DoorLabel(state.Reporters.Any(reporter => reporter.DoorOpenSince is not null))
            : null;
}

/// <summary>What is known of one reporter of a unit.</summary>
internal sealed record ReporterRow(
    Guid UnitId,
    Guid ReporterId,
    DateTime? TemperatureAt,
    DateTime? OutsideSince,
    bool IsConfirmed,
    DateTime? DoorAt,
    DateTime? DoorOpenSince,
    DateTime? BatteryAt
)
{
    public static ReporterRow Of(Guid unit, ReporterState state) =>
        new(
            unit,
            state.Id,
            state.TemperatureAt,
            state.OutsideSince,
            state.IsConfirmed,
            state.DoorAt,
            state.DoorOpenSince,
            state.BatteryAt
        );
}
