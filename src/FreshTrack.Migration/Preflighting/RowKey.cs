using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Names a row by its key, as far as the plan lets it be shown, and says which rows move.</summary>
internal static class RowKey
{
    public static Sql Of(TableProjection table)
    {
        var key = table
            .Columns.Where(column => table.Key.Contains(column.Target) && !column.IsSecret)
            .Select(column => Sql.Format($"({column.Expression})::text"))
            .ToList();
        return key.Count > 0 ? Sql.Format($"concat_ws(', ', {Sql.Join(", ", key)})") : new Sql("'a row without a key'");
    }

    public static Sql Where(TableProjection table) => Sql.Format($"({Sql.Expression(table.Plan.Where ?? "true")})");
}
