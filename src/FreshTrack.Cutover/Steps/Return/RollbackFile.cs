using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Rollback;
using FreshTrack.Cutover.Runs;
using Npgsql;

namespace FreshTrack.Cutover.Steps;

/// <summary><c>rollback.json</c> while a rollback runs: each step adds what it did.</summary>
internal static class RollbackFile
{
    /// <summary>The file's name without its ending.</summary>
    public const string Name = "rollback";

    private const int Shown = 5;

    /// <returns>An empty report where no step has written one.</returns>
    public static async Task<RollbackReport> ReadAsync(RunContext run, CancellationToken cancellationToken) =>
        await EvidenceFile.FindAsync<RollbackReport>(run.Evidence.Path, $"{Name}.json", cancellationToken)
        ?? new RollbackReport(RollbackWay.Return, run.Evidence.RunId, run.Clock.GetUtcNow());

    /// <returns>The report as it is now on the disk.</returns>
    public static async Task<RollbackReport> KeepAsync(
        RunContext run,
        Func<RollbackReport, RollbackReport> change,
        CancellationToken cancellationToken
    )
    {
        var report = change(await ReadAsync(run, cancellationToken));
        report = report with { Seconds = (run.Clock.GetUtcNow() - report.StartedAt).TotalSeconds };
        await run.Evidence.WriteJsonAsync(Name, report, cancellationToken);
        return report;
    }

    /// <summary>Takes over from the ledger which rows are written. A source that does not answer changes nothing: the
    /// ledger says it when the return continues.</summary>
    public static async Task KeepWrittenAsync(RunContext run, ReturnLedger ledger, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await run.Environment.Source.OpenConnectionAsync(cancellationToken);
            var written = await ledger.WrittenAsync(connection, cancellationToken);
            await KeepAsync(
                run,
                before =>
                    before with
                    {
                        Tables =
                        [
                            .. before.Tables.Select(table =>
                                table with
                                {
                                    Written = written[(table.Source, table.Target)].SingleOrDefault(RowCounts.None),
                                }
                            ),
                        ],
                    },
                cancellationToken
            );
        }
        catch (NpgsqlException)
        {
            // The source is gone.
        }
    }

    /// <summary>The first of them in words.</summary>
    public static string Describe(IReadOnlyList<NotReturned> items) =>
        string.Join("; ", items.Take(Shown).Select(item => $"{item.Subject} ({item.Rows:N0}): {item.Reason}"));
}
