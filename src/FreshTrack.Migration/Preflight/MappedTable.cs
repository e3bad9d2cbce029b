using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>A target table and everything that the plan fills it from: its future rows, readable on the
/// source.</summary>
internal sealed class MappedTable(CatalogTable target, IReadOnlyList<TableProjection> entries, Survey survey)
    : IRowSource
{
    private static readonly Identifier KeyColumn = new("freshtrack key");

    public TableName Name => target.Name;

    public CatalogTable Target => target;

    public IReadOnlyList<TableProjection> Entries => entries;

    public Sql Filter { get; } = new("true");

    public Sql Key { get; } = Sql.Format($"{KeyColumn}");

    public Sql From(IReadOnlyList<string> columns, bool withKey = false) => Rows(columns, target.Name.Name, withKey);

    /// <summary>Columns whose name occurs in one of the conditions: it may be one too many, never one too
    /// few.</summary>
    public IReadOnlyList<string> NamedIn(params IEnumerable<string?> conditions) =>
        [
            .. target
                .Columns.Select(column => column.Name)
                .Where(name => conditions.Any(condition => condition is not null && Names(condition, name))),
        ];

    /// <summary>The rows as the target will hold them, as a relation; user ids are still the source's, which maps them
    /// one to one.</summary>
    /// <param name="withKey">Adds <see cref="Key"/>.</param>
    public Sql Rows(IReadOnlyList<string> columns, string alias, bool withKey = false)
    {
        var wanted = columns.Select(name => target.Column(name)!).ToList();
        var generated = wanted.Where(column => column.IsGenerated).ToList();
        var plain = wanted
            .Where(column => !column.IsGenerated)
            .UnionBy(
                NamedIn(generated.Select(column => column.Generation))
                    .Select(name => target.Column(name)!)
                    .Where(column => !column.IsGenerated),
                column => column.Name
            )
            .ToList();
        var rows = Sql.Join(" union all ", entries.Select(entry => Entry(entry, plain, withKey)));
        var own = new Identifier(target.Name.Name);
        foreach (var column in generated)
        {
            // Generated columns are computed from plain ones, never from each other.
            rows = Sql.Format(
                $"select {own}.*, ({Sql.Expression(column.Generation!)}) as {new Identifier(column.Name)} "
                    + $"from ({rows}) {own}"
            );
        }

        return Sql.Format($"({rows}) {new Identifier(alias)}");
    }

    public static ColumnProjection? Projection(TableProjection entry, string column) =>
        entry.Columns.FirstOrDefault(item => item.Target == column);

    /// <summary>The source column that fills it unchanged, if the table has but one source and values that differ there
    /// differ here.</summary>
    public CatalogColumn? SameInSource(string column)
    {
        if (entries is not [var entry] || Projection(entry, column) is not { SourceType: not null } projection)
        {
            return null;
        }

        var plain = survey
            .SourceCatalog.Tables[entry.Source]
            .Columns.FirstOrDefault(item => Sql.Quote(item.Name) == projection.Expression.Text);
        return plain is not null && Family(plain.TransportType) == Family(projection.TransportType) ? plain : null;
    }

    /// <summary>Table and column, or the table alone for several columns.</summary>
    public string Subject(IReadOnlyList<string> columns) =>
        columns is [var column] ? $"{Name}.{column}" : Name.ToString();

    private Sql Entry(TableProjection entry, IEnumerable<CatalogColumn> columns, bool withKey)
    {
        var rows = new SourceRows(entry);
        var values = columns.Select(column => Sql.Format($"{Value(entry, column)} as {new Identifier(column.Name)}"));
        if (withKey)
        {
            var from = entries.Count > 1 ? Sql.Format($"{Sql.Literal($"{entry.Source} ")} || ") : new Sql("");
            values = values.Append(Sql.Format($"{from}{rows.Key} as {KeyColumn}"));
        }

        return Sql.Format($"select {Sql.Join(", ", values)} from {rows.From([])} where {rows.Filter}");
    }

    private Sql Value(TableProjection entry, CatalogColumn column)
    {
        // What a sequence will give cannot be known, and asking it would take a number away.
        var missing = column.Default is { } value && !column.IsNumbered ? value : "null";
        var filled =
            Projection(entry, column.Name)?.Transport
            ?? Sql.Format($"({Sql.Expression(missing)})::{Sql.Expression(column.TransportType)}");
        return survey.HasEnumOf(column) ? Sql.Format($"{filled}::{Sql.Expression(column.Type)}") : filled;
    }

    private static bool Names(string condition, string name)
    {
        var spelled = name.Replace("\"", "\"\"");
        for (var at = condition.IndexOf(spelled); at >= 0; at = condition.IndexOf(spelled, at + 1))
        {
            var end = at + spelled.Length;
            if ((at == 0 || !IsNamePart(condition[at - 1])) && (end == condition.Length || !IsNamePart(condition[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamePart(char next) => char.IsLetterOrDigit(next) || next is '_' or '$';

    // Between these types values keep apart what was apart.
    private static string Family(string transport) =>
        transport switch
        {
            "smallint" or "integer" or "bigint" => "bigint",
            "character varying" => "text",
            _ => transport,
        };
}
