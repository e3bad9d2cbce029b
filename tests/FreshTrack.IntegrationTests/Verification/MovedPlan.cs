using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Verification;

/// <summary>The plan from one side of <see cref="MovedSchema"/> to the other, resolved by hand.</summary>
internal static class MovedPlan
{
    private const string Over = """
        coalesce(previous_hash, '') || '|' || event_type || '|' || payload::text || '|'
        || to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
        """;

    public static ResolvedPlan Create(Func<TablePlan, TablePlan>? change = null, params TableProjection[] more)
    {
        TableProjection[] tables =
        [
            Table("auth.users", "public.users", ["id! uuid", "email text < varchar(255)"]),
            Table(
                "public.units",
                "public.units",
                [
                    "id uuid",
                    "name text",
                    "note varchar(80) < varchar(60)",
                    "temp_max numeric(6,3) < numeric(5,2) = temp_limit_high",
                    "voltage numeric",
                    "kind text < unit_kind",
                    "tags text[]",
                    "meta jsonb",
                    "blob bytea",
                    "api_key? text",
                    "created_by! uuid",
                    "deleted_by! uuid",
                    "seen_at timestamp with time zone",
                    "ratio double precision",
                    "serial_no bigint",
                ]
            ),
            Table(
                "public.readings",
                "public.readings",
                ["id uuid", "unit_id uuid", "temperature numeric(5,2)", "recorded_at timestamp with time zone"]
            ),
            Table(
                "public.event_logs",
                "public.event_logs",
                [
                    "id uuid",
                    "organization_id uuid",
                    "event_type text",
                    "payload jsonb = event_data",
                    "previous_hash text",
                    "event_hash text",
                    "recorded_at timestamp with time zone",
                ]
            ),
            Table("public.notes", "public.notes", ["id uuid", "body text"]),
        ];
        var declared = tables.Select(table => table with { Plan = (change ?? (plan => plan))(Declare(table.Plan)) });
        return new ResolvedPlan(
            new MigrationPlan([.. declared.Select(table => table.Plan)], []) { Hash = "test" },
            [.. declared, .. more]
        );
    }

    /// <summary>Columns as <c>name[!|?] type [&lt; source type] [= source expression]</c>;
    /// ! is a user id, ? a secret.</summary>
    public static TableProjection Table(string source, string target, string[] columns) =>
        new(new TablePlan(TableName.Parse(source), TableName.Parse(target)), [.. columns.Select(Column)], ["id"]);

    private static TablePlan Declare(TablePlan plan) =>
        plan.Target.Name switch
        {
            "readings" => plan with { CountBy = ["unit_id", "recorded_at::date"] },
            "event_logs" => plan with { Chain = new ChainPlan("organization_id", "previous_hash", "event_hash", Over) },
            "notes" => plan with { MayBeEmpty = true },
            _ => plan,
        };

    private static ColumnProjection Column(string text)
    {
        var (left, expression) = Split(text, " = ");
        var (declared, sourceType) = Split(left, " < ");
        var (name, type) = Split(declared, " ");
        var column = name.TrimEnd('!', '?');
        return new ColumnProjection(
            column,
            type!,
            type!,
            expression is null ? Sql.Format($"{new Identifier(column)}") : Sql.Expression(expression),
            sourceType ?? type,
            name.EndsWith('!'),
            name.EndsWith('?')
        );
    }

    private static (string Left, string? Right) Split(string text, string by) =>
        text.IndexOf(by) is var at and >= 0 ? (text[..at], text[(at + by.Length)..]) : (text, null);
}
