using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>Reads, for tables whose target is partitioned by time, which range the rows span: the import creates
/// partitions for it.</summary>
internal static class TableRanges
{
    public static async Task<IReadOnlyList<ManifestTable>> ReadAsync(
        NpgsqlConnection source,
        ResolvedPlan plan,
        CancellationToken cancellationToken
    )
    {
        var tables = new List<ManifestTable>();
        foreach (var table in plan.Tables)
        {
            var range = table.Columns.FirstOrDefault(column => column.Target == table.RangeColumn);
            var (from, to) =
                range is null || !TargetPartitions.CanSplit(range)
                    ? (null, null)
                    : await ReadAsync(source, table, range, cancellationToken);
            tables.Add(
                new ManifestTable(table.Source.ToString(), table.Target.ToString(), Manifest.Describe(table), from, to)
            );
        }

        return tables;
    }

    private static async Task<(DateTime? From, DateTime? To)> ReadAsync(
        NpgsqlConnection source,
        TableProjection table,
        ColumnProjection range,
        CancellationToken cancellationToken
    )
    {
        // As UTC whatever the type, so that one .NET type reads them all; infinities are in no month.
        var value = Sql.Format($"({range.Transport})::timestamptz");
        var rows = await source.ListAsync(
            Sql.Format(
                $"""
                select min({value}), max({value})
                from {table.Source}
                where isfinite({value}) and ({Sql.Expression(table.Plan.Where ?? $"true")})
                """
            ),
            row =>
                (
                    From: row.IsDBNull(0) ? (DateTime?)null : row.GetDateTime(0),
                    To: row.IsDBNull(1) ? (DateTime?)null : row.GetDateTime(1)
                ),
            cancellationToken
        );
        return rows[0];
    }
}
