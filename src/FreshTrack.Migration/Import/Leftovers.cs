using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>What moves have left in a target.</summary>
/// <param name="Runs">Those whose rows or partitions are there, oldest first.</param>
/// <param name="HasDeferred">Keys, indexes or triggers are still to be put back.</param>
public sealed record Leftovers(IReadOnlyList<string> Runs, bool HasDeferred)
{
    private static readonly Sql IsThere = new("select to_regclass('migration.created') is not null");

    private static readonly Sql OfRuns = Sql.Format(
        $"select run_id from {OwnNames.Ledger} union select run_id from {OwnNames.Created} order by 1"
    );

    private static readonly Sql Deferred = Sql.Format($"select exists (select from {OwnNames.Dropped})");

    public bool IsNone => Runs.Count == 0 && !HasDeferred;

    public static async Task<Leftovers> ReadAsync(NpgsqlDataSource target, CancellationToken cancellationToken) =>
        await target.ScalarAsync<bool>(IsThere, cancellationToken)
            ? new Leftovers(
                await target.ListAsync(OfRuns, row => row.GetString(0), cancellationToken),
                await target.ScalarAsync<bool>(Deferred, cancellationToken)
            )
            : new Leftovers([], HasDeferred: false);
}
