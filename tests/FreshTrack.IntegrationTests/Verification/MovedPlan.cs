using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>The plan from one side of <see cref="MovedSchema"/> to the other.</summary>
internal static class MovedPlan
{
    private const string Over = """
        coalesce(previous_hash, '') || '|' || event_type || '|' || payload::text || '|'
        || to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
        """;

    public static MigrationPlan Create(Func<TablePlan, TablePlan>? change = null, params TablePlan[] more)
    {
        TablePlan[] tables =
        [
            Table("auth.users", "public.users") with
            {
                Users = ["id"],
            },
            Table("public.units", "public.units") with
            {
                Columns = new Dictionary<string, string> { ["temp_max"] = "temp_limit_high" },
                Users = ["created_by", "deleted_by"],
                Secret = ["api_key"],
                Leave = ["make"],
            },
            Table("public.readings", "public.readings") with
            {
                CountBy = ["unit_id", "recorded_at::date"],
            },
            Table("public.event_logs", "public.event_logs") with
            {
                Columns = new Dictionary<string, string> { ["payload"] = "event_data" },
                Chain = new ChainPlan("organization_id", "previous_hash", "event_hash", Over),
            },
            Table("public.notes", "public.notes") with
            {
                MayBeEmpty = true,
            },
        ];
        return new MigrationPlan([.. tables.Select(change ?? (table => table)), .. more], []) { Hash = "test" };
    }

    /// <summary>The plan of one table alone.</summary>
    public static MigrationPlan Of(TablePlan table) =>
        new([table], [new TableName("auth", "*"), new TableName("public", "*")]) { Hash = "test" };

    /// <summary>The units by id and one other column.</summary>
    public static TablePlan Units(string column, string expression)
    {
        string[] all =
        [
            "name",
            "note",
            "temp_limit_high",
            "voltage",
            "kind",
            "tags",
            "meta",
            "blob",
            "api_key",
            "created_by",
            "deleted_by",
            "seen_at",
            "ratio",
            "serial_no",
            "make",
        ];
        return Table("public.units", "public.units") with
        {
            Columns = new Dictionary<string, string> { [column] = expression },
            Leave = [.. all.Except([column])],
        };
    }

    public static TablePlan Table(string source, string target) =>
        new(TableName.Parse(source), TableName.Parse(target)) { Key = ["id"] };
}
