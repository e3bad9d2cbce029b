using FreshTrack.Cutover.Evidence;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <param name="Tables">Those that differ and whose rows can go back.</param>
/// <param name="NotReturned">Those that differ and whose rows cannot.</param>
internal sealed record ReturnDifference(IReadOnlyList<ReturnedTable> Tables, IReadOnlyList<NotReturned> NotReturned);

/// <summary>Counts the difference of every table, and lists the rows that would be deleted.</summary>
internal static class ReturnComparison
{
    /// <summary>So many keys a table stand in the evidence; the ledger has all.</summary>
    private const int ShownDeletes = 100;

    private const int BatchSize = 1000;

    /// <param name="report">Told each table before it is compared.</param>
    public static async Task<ReturnDifference> RunAsync(
        ReturnScope scope,
        PlanDifference difference,
        NpgsqlConnection source,
        ReturnLedger ledger,
        Action<ReverseTable> report,
        CancellationToken cancellationToken
    )
    {
        var tables = new List<ReturnedTable>();
        var notReturned = new List<NotReturned>();
        var written = await ledger.WrittenAsync(source, cancellationToken);
        await using var transaction = await source.BeginTransactionAsync(cancellationToken);
        await ledger.ForgetDeletesAsync(source, cancellationToken);
        foreach (var table in scope.Tables.DistinctBy(table => table.Target))
        {
            report(table);
            var before = written[(table.Source.ToString(), table.Target.ToString())].SingleOrDefault(RowCounts.None);
            var (found, deletes) = await CompareAsync(table, difference, source, ledger, cancellationToken);
            if (table.Obstacle is { } reason)
            {
                if (found.Total > 0)
                {
                    notReturned.Add(new NotReturned(table.Source.ToString(), reason, found.Total));
                }
            }
            else if (found.Total + before.Total > 0)
            {
                tables.Add(
                    new ReturnedTable(table.Source.ToString(), table.Target.ToString(), found.Plus(before), before)
                    {
                        Deletes = deletes,
                    }
                );
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return new ReturnDifference(tables, notReturned);
    }

    /// <summary>A key as it may be shown.</summary>
    public static string Shown(ReverseTable table, IReadOnlyList<string?> key) =>
        string.Join(
            ", ",
            table.Key.Zip(
                key,
                (column, value) =>
                    table.Entry.Columns.First(item => item.Target == column.Target.Name).IsSecret ? "***" : value
            )
        );

    private static async Task<(RowCounts Found, IReadOnlyList<string> Deletes)> CompareAsync(
        ReverseTable table,
        PlanDifference difference,
        NpgsqlConnection source,
        ReturnLedger ledger,
        CancellationToken cancellationToken
    )
    {
        var found = RowCounts.None;
        var shown = new List<string>();
        var batch = new List<string>();
        await foreach (var change in difference.KeysAsync(table.Target, cancellationToken))
        {
            var isDelete = change.Kind == DifferenceKind.Missing;
            if (isDelete && table.IsUsers)
            {
                // Barred by name instead.
                continue;
            }

            found = found.Plus(
                change.Kind switch
                {
                    DifferenceKind.Extra => new RowCounts(1, 0, 0),
                    DifferenceKind.Changed => new RowCounts(0, 1, 0),
                    _ => new RowCounts(0, 0, 1),
                }
            );
            if (isDelete && table.Obstacle is null)
            {
                batch.Add(Literal(change.Key));
                if (shown.Count < ShownDeletes)
                {
                    shown.Add(Shown(table, change.Key));
                }
            }

            if (batch.Count == BatchSize)
            {
                await ledger.AddDeletesAsync(source, table, batch, cancellationToken);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await ledger.AddDeletesAsync(source, table, batch, cancellationToken);
        }

        return (found, shown);
    }

    /// <summary>As PostgreSQL writes an array of texts.</summary>
    private static string Literal(IReadOnlyList<string?> values) =>
        $"{{{string.Join(',', values.Select(value => value is null ? "NULL" : Quoted(value)))}}}";

    private static string Quoted(string value) => $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
