using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>One row of the table, as dashboards read it.</summary>
/// <param name="TemperatureUnit"><c>C</c> or <c>F</c>: of its two temperatures.</param>
internal sealed record Alert(
    Guid Id,
    Guid UnitId,
    Guid OrganizationId,
    Guid? SiteId,
    Guid? AreaId,
    string AlertType,
    string Severity,
    string Status,
    string Title,
    string? Message,
    decimal? TempReading,
    decimal? TempLimit,
    string TemperatureUnit,
    DateTime TriggeredAt,
    DateTime? FirstActiveAt,
    DateTime? AcknowledgedAt,
    Guid? AcknowledgedBy,
    string? AcknowledgmentNotes,
    DateTime? ResolvedAt,
    Guid? ResolvedBy,
    string? ResolutionType,
    int EscalationLevel,
    string? SensorDevEui
)
{
    /// <summary>The columns that <see cref="Read"/> expects, of a table or subquery named a.</summary>
    public const string Columns = """
        a.id, a.unit_id, a.organization_id, a.site_id, a.area_id, a.alert_type::text, a.severity::text, a.status::text,
        a.title, a.message, a.temp_reading, a.temp_limit, a.triggered_at, a.first_active_at,
        a.acknowledged_at, a.acknowledged_by, a.acknowledgment_notes, a.resolved_at, a.resolved_by, a.resolution_type,
        a.escalation_level, a.sensor_dev_eui
        """;

    public static Alert Read(NpgsqlDataReader row, ShownTemperatures shown) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetGuid(2),
            Value<Guid>(row, 3),
            Value<Guid>(row, 4),
            row.GetString(5),
            row.GetString(6),
            row.GetString(7),
            row.GetString(8),
            Text(row, 9),
            Degrees(row, 10, shown),
            Degrees(row, 11, shown),
            shown.Unit.Label(),
            row.GetDateTime(12),
            Value<DateTime>(row, 13),
            Value<DateTime>(row, 14),
            Value<Guid>(row, 15),
            Text(row, 16),
            Value<DateTime>(row, 17),
            Value<Guid>(row, 18),
            Text(row, 19),
            row.GetInt32(20),
            Text(row, 21)
        );

    private static decimal? Degrees(NpgsqlDataReader row, int column, ShownTemperatures shown) =>
        row.IsDBNull(column) ? null : shown.Show(row.GetDecimal(column));

    private static T? Value<T>(NpgsqlDataReader row, int column)
        where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}

/// <param name="Pagination">Where the next page starts; a page without a next cursor is the last.</param>
internal sealed record AlertsPage(IReadOnlyList<Alert> Data, AlertsPagination Pagination);

internal sealed record AlertsPagination(int Limit, string? NextCursor);
