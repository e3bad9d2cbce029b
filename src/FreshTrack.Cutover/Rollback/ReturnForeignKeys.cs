using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <param name="Rows">Rows that refer to none.</param>
/// <param name="Examples">Their keys, at most three.</param>
public sealed record OrphanedRows(TableName Table, string Constraint, long Rows, IReadOnlyList<string> Examples)
{
    public override string ToString() =>
        $"{Table}: {Rows} rows break {Constraint}"
        + (Examples.Count == 0 ? "" : $" ({string.Join("; ", Examples)}{(Rows > Examples.Count ? "; …" : "")})");
}

/// <summary>Tests the source's foreign keys, which nothing tests while rows flow back: those of the tables that were
/// written, and those of other tables that refer to them.</summary>
internal static class ReturnForeignKeys
{
    public static async Task<IReadOnlyList<OrphanedRows>> FindAsync(
        Catalog catalog,
        IReadOnlySet<TableName> written,
        NpgsqlConnection source,
        CancellationToken cancellationToken
    )
    {
        var found = new List<OrphanedRows>();
        foreach (var table in catalog.Tables.Values.OrderBy(table => table.Name))
        {
            foreach (var key in table.ForeignKeys.Where(key => IsTested(key, table.Name, written)))
            {
                var rows = await source.ListAsync(
                    Orphans(table, key),
                    row => (Count: row.GetInt64(0), Keys: row.GetFieldValue<string[]>(1)),
                    cancellationToken
                );
                if (rows[0].Count > 0)
                {
                    found.Add(new OrphanedRows(table.Name, key.Name, rows[0].Count, rows[0].Keys));
                }
            }
        }

        return found;
    }

    private static bool IsTested(CatalogConstraint key, TableName table, IReadOnlySet<TableName> written) =>
        key is { IsValidated: true, IsEnforced: true, IsInherited: false, References: { } parent }
        && (written.Contains(table) || written.Contains(parent));

    private static Sql Orphans(CatalogTable table, CatalogConstraint key)
    {
        var columns = key.Columns.Select(name => Sql.Format($"c.{new Identifier(name)}")).ToList();
        var filled = columns.Select(column => Sql.Format($"{column} is not null"));
        var same = columns.Zip(
            key.ReferencedColumns,
            (column, name) => Sql.Format($"p.{new Identifier(name)} = {column}")
        );
        var shown = table.PrimaryKey.Count > 0 ? table.PrimaryKey : key.Columns;
        var example = Sql.Join(", ", shown.Select(name => Sql.Format($"c.{new Identifier(name)}")));
        // MATCH FULL: all filled or none.
        var refers = key.IsMatchFull ? Sql.Join(" or ", filled) : Sql.Join(" and ", filled);
        return Sql.Format(
            $"""
            select count(*), coalesce((array_agg(key order by key))[1:3], array[]::text[]) from (
              select concat_ws(', ', {example}) as key from {table.Name} as c
              where ({refers}) and not exists (
                select from {key.References!.Value} as p where {Sql.Join(" and ", same)})) as orphaned
            """
        );
    }
}
