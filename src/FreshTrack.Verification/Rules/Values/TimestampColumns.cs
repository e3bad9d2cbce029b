namespace FreshTrack.Verification.Rules;

/// <summary>Which columns hold instants, and which of those tell of appointments rather than of the past.</summary>
internal static class TimestampColumns
{
    private static readonly string[] Appointments =
    [
        "next_",
        "expire",
        "expiry",
        "ends_at",
        "_end",
        "due",
        "until",
        "scheduled",
    ];

    public static bool IsInstant(string? type) =>
        type is not null && type.StartsWith("timestamp") && type.EndsWith("with time zone");

    /// <summary>A column named like a plan for the future (<c>expires_at</c>, <c>next_escalation_at</c>,
    /// <c>banned_until</c>) may lie in the future.</summary>
    public static bool IsAppointment(string column) =>
        Appointments.Any(part => column.Contains(part, StringComparison.OrdinalIgnoreCase));

    public static IReadOnlyList<ColumnProjection> Of(TargetTable table) =>
        [.. table.Columns.Where(column => IsInstant(column.Type))];
}
