using System.Text;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>
/// Small tables of random columns that hold the same on both sides: in types that may differ, in another order of rows,
/// written another way,
/// with a key, a key of two columns, or none and some rows twice.
/// </summary>
internal sealed record EqualSets(
    string Source,
    string Target,
    MigrationPlan Plan,
    IReadOnlyDictionary<string, int> Rows
)
{
    public const int Users = 5;

    /// <summary>Whatever has a name in SQL can be a column.</summary>
    private static readonly string[] Names =
    [
        "name",
        "order",
        "Mixed Case",
        "with \"quotes\"",
        "ключ",
        "r",
        "t",
        "k1",
        "content",
    ];

    private static readonly ColumnKind[] Kinds =
    [
        new("text", "text", values => values.Texts()),
        new("character varying(40)", "text", values => values.Texts()),
        new("text", "character varying(80)", values => values.Texts()),
        new("character(8)", "text", values => values.Words()),
        new("sets.mood", "text", values => values.Labels()),
        new("sets.mood", "sets.mood", values => values.Labels()),
        new("smallint", "bigint", values => values.Integers()),
        new("integer", "numeric", values => values.Integers()),
        new("integer", "text", values => values.Integers()),
        new("bigint", "bigint", values => values.Bigs()),
        new("numeric(8,2)", "numeric(8,2)", values => values.Decimals()),
        new("numeric(8,2)", "numeric(12,4)", values => values.Decimals()),
        new("numeric", "numeric", values => values.AnyNumerics()),
        new("double precision", "double precision", values => values.AnyFloats()),
        new("real", "double precision", values => values.Reals()),
        new("boolean", "boolean", values => values.Booleans()),
        new("boolean", "text", values => values.Booleans()),
        new("uuid", "uuid", values => values.Uuids()),
        new("uuid", "text", values => values.Uuids()),
        new("text", "uuid", values => values.UuidTexts()),
        new("uuid", "uuid", values => values.Users()) { IsUser = true },
        new("text", "text", values => values.Texts()) { IsSecret = true },
        new("date", "date", values => values.Dates()),
        new("date", "timestamp without time zone", values => values.Dates()),
        new("timestamp without time zone", "timestamp without time zone", values => values.LocalTimes()),
        new("timestamp with time zone", "timestamp with time zone", values => values.Instants()),
        new(
            "time without time zone",
            "time without time zone",
            values => values.OneOf("00:00", "24:00", "12:34:56.000001")
        ),
        new("interval", "interval", values => values.Spans()),
        new("bytea", "bytea", values => values.Bytes()),
        new("jsonb", "jsonb", values => values.Documents()),
        new("json", "json", values => values.Json()),
        new("text[]", "character varying[]", values => values.TextArrays()),
        new("integer[]", "bigint[]", values => values.IntegerArrays()),
        new("integer[]", "integer[]", values => values.IntegerArrays()),
        new("inet", "inet", values => values.OneOf("10.0.0.1", "10.0.0.0/8", "::1")),
        new("int4range", "int4range", values => values.OneOf("empty", "[1,2)", "(,5]")),
    ];

    public static string Preparation(bool source) =>
        $"""
            drop schema if exists sets cascade; create schema sets;
            create type sets.mood as enum ('calm', 'Calm', 'not calm');
            {(
                source
                    ? "create schema if not exists auth; create table if not exists auth.users (id uuid);"
                    : "drop schema if exists migration cascade; create schema migration; "
                        + "create table migration.user_map as select md5('user' || n)::uuid as source_id, "
                        + $"md5('mapped' || n)::uuid as target_id from generate_series(1, {Users}) n;"
            )}
            """;

    /// <param name="seeds">One for every set.</param>
    public static EqualSets Create(IEnumerable<int> seeds)
    {
        var (source, target) = (
            new StringBuilder(Preparation(source: true)),
            new StringBuilder(Preparation(source: false))
        );
        var (tables, rows) = (new List<TablePlan>(), new Dictionary<string, int>());
        foreach (var seed in seeds)
        {
            var set = Table(seed, new Random(seed));
            source.Append(set.Source);
            target.Append(set.Target);
            tables.Add(set.Table);
            rows.Add(set.Table.Target.ToString(), set.Rows);
        }

        return new EqualSets(
            source.ToString(),
            target.ToString(),
            new MigrationPlan(tables, [new TableName("auth", "*")]) { Hash = "equal sets" },
            rows
        );
    }

    private static (string Source, string Target, TablePlan Table, int Rows) Table(int seed, Random random)
    {
        var name = new TableName("sets", $"set {seed.ToString()}");
        var columns = Names
            .OrderBy(_ => random.Next())
            .Take(random.Next(3, Names.Length))
            .Select(column => (Name: column, Kind: Kinds[random.Next(Kinds.Length)]))
            .ToList();
        columns.InsertRange(
            0,
            [
                ("id", new ColumnKind("uuid", "uuid", values => values.Uuids())),
                ("part", new ColumnKind("integer", "bigint", values => values.Integers())),
            ]
        );
        string[][] keys =
        [
            ["id"],
            ["part", "id"],
            [],
        ];
        var key = keys[seed % keys.Length];

        var values = new NastyValues(random);
        var rows = Enumerable
            .Range(0, random.Next(40))
            .Select(_ =>
                columns
                    .Select(
                        (column, index) =>
                            index > 1 && random.Next(5) == 0 ? ("null", "null") : column.Kind.Value(values)
                    )
                    .ToList()
            )
            .ToList();
        rows.AddRange(key.Length == 0 ? rows.Take(5).ToList() : []);

        return (
            Statements(
                name,
                columns.Select(column => (column.Name, column.Kind.Source)),
                rows.Select(row => row.Select(cell => cell.Item1))
            ),
            Statements(
                name,
                columns.Select(column => (column.Name, column.Kind.Target)),
                rows.OrderBy(_ => random.Next()).ToList().Select(row => row.Select(cell => cell.Item2))
            ),
            new TablePlan(name, name)
            {
                MayBeEmpty = true,
                Users = [.. columns.Where(column => column.Kind.IsUser).Select(column => column.Name)],
                Secret = [.. columns.Where(column => column.Kind.IsSecret).Select(column => column.Name)],
                Key = key,
            },
            rows.Count
        );
    }

    private static string Statements(
        TableName name,
        IEnumerable<(string Name, string Type)> columns,
        IEnumerable<IEnumerable<string>> rows
    )
    {
        var declared = columns.ToList();
        var sql = new StringBuilder(
            $"create table sets.\"{name.Name}\" "
                + $"({string.Join(", ", declared.Select(column => $"{Sql.Quote(column.Name)} {column.Type}"))});\n"
        );
        foreach (var row in rows)
        {
            sql.Append(
                $"insert into sets.\"{name.Name}\" values "
                    + $"({string.Join(", ", row.Zip(declared, (cell, column) => $"({cell})::{column.Type}"))});\n"
            );
        }

        return sql.ToString();
    }

    /// <param name="Value">A pair of literals that come to the same in the two types.</param>
    private sealed record ColumnKind(
        string Source,
        string Target,
        Func<NastyValues, (string Source, string Target)> Value
    )
    {
        public bool IsUser { get; init; }

        public bool IsSecret { get; init; }
    }
}
