using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>The rows of a source table as they stand there, as far as the plan moves them.</summary>
internal sealed class SourceRows(TableProjection table) : IRowSource
{
    public Sql Filter { get; } = Sql.Format($"({Sql.Expression(table.Plan.Where ?? "true")})");

    /// <summary>The row's key, as far as the plan lets it be shown.</summary>
    public Sql Key
    {
        get
        {
            var key = table
                .Columns.Where(column => table.Key.Contains(column.Target) && !column.IsSecret)
                .Select(column => Sql.Format($"({column.Expression})::text"))
                .ToList();
            return key.Count > 0
                ? Sql.Format($"concat_ws(', ', {Sql.Join(", ", key)})")
                : new Sql("'a row without a key'");
        }
    }

    public Sql From(IReadOnlyList<string> columns, bool withKey = false) => Sql.Format($"{table.Source}");
}
