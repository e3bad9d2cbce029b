using FreshTrack.Cutover.Runs;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Writes the whole difference into the source: first what is to be deleted, children first, then what
/// differs, parents first.</summary>
internal sealed class ReturnWork(
    ReturnScope scope,
    ReturnLedger ledger,
    NpgsqlConnection source,
    NpgsqlConnection target,
    IProgress<StepProgress> progress
)
{
    /// <exception cref="ReturnException">Rows cannot go back as they are.</exception>
    public async Task WriteAsync(VerificationRequest request, CancellationToken cancellationToken)
    {
        var done = 0L;
        foreach (var table in scope.Returnable.Reverse())
        {
            await WriterOf(table).DeleteAsync(cancellationToken);
        }

        // After the deletions, so that a row that is still missing was not listed.
        await using var difference = await PlanDifference.OpenAsync(request, cancellationToken);
        foreach (var table in scope.Returnable)
        {
            await WriterOf(table).WriteAsync(ChangesOf(table, difference, cancellationToken), cancellationToken);
        }

        ReturnWriter WriterOf(ReverseTable table) =>
            new(
                table,
                source,
                target,
                ledger,
                rows =>
                {
                    done += rows;
                    progress.Report(new StepProgress($"{table.Source}: {done:N0} rows are back"));
                }
            );
    }

    /// <summary>Rows of the source, of whatever table, that refer to none since this return wrote.</summary>
    public async Task<IReadOnlyList<OrphanedRows>> OrphansAsync(CancellationToken cancellationToken)
    {
        var rows = await ledger.WrittenAsync(source, cancellationToken);
        var written = scope
            .Tables.Where(table => rows[(table.Source.ToString(), table.Target.ToString())].Any(item => item.Total > 0))
            .Select(table => table.Source)
            .ToHashSet();
        return await ReturnForeignKeys.FindAsync(scope.Source, written, source, cancellationToken);
    }

    // Users who are missing were deleted on the new side: they are barred, not deleted.
    private static IAsyncEnumerable<KeyChange> ChangesOf(
        ReverseTable table,
        PlanDifference difference,
        CancellationToken cancellationToken
    )
    {
        var changes = difference.KeysAsync(table.Target, cancellationToken);
        return table.IsUsers ? changes.Where(change => change.Kind != DifferenceKind.Missing) : changes;
    }
}
