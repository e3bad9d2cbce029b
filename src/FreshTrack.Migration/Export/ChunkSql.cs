using FreshTrack.Plan;

namespace FreshTrack.Migration.Exporting;

/// <summary>The statements that read a chunk.</summary>
internal static class ChunkSql
{
    public static Sql Export(Chunk chunk) =>
        Sql.Format(
            $"""
            copy (
                select {Sql.Join(", ", chunk.Table.Columns.Select(column => column.Transport))} {From(chunk)}
            ) to stdout (format binary)
            """
        );

    // ONLY, because a partition's rows are its own chunks; a view knows no ONLY.
    private static Sql From(Chunk chunk) =>
        Sql.Format($"from {Sql.Expression(chunk.IsView ? "" : "only ")}{chunk.Relation} where {Where(chunk)}");

    private static Sql Where(Chunk chunk)
    {
        var conditions = new List<Sql>();
        if (chunk.FirstPage is { } first)
        {
            conditions.Add(Sql.Format($"ctid >= '({first},0)'::tid"));
        }

        if (chunk.EndPage is { } end)
        {
            conditions.Add(Sql.Format($"ctid < '({end},0)'::tid"));
        }

        if (chunk.Table.Plan.Where is { } where)
        {
            conditions.Add(Sql.Format($"({Sql.Expression(where)})"));
        }

        return conditions.Count == 0 ? new Sql("true") : Sql.Join(" and ", conditions);
    }
}
