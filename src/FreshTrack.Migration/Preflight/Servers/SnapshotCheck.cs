using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Whether several connections can read one snapshot of the source, as the export's workers do.</summary>
/// <remarks>Asked before it is known whether the plan fits.</remarks>
internal static class SnapshotCheck
{
    /// <summary>Where Supabase's transaction pooler listens.</summary>
    private const int TransactionPooler = 6543;

    public static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        var address = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        if (address.Port == TransactionPooler)
        {
            return
            [
                Finding(
                    $"{address.Host}:{address.Port} is a transaction pooler (Supabase's port 6543), which "
                        + "gives every transaction another session"
                ),
            ];
        }

        await using var first = await Sessions.OpenAsync(source, Preflight.Session, cancellationToken);
        await using var holding = await first.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellationToken
        );
        await using var second = await Sessions.OpenAsync(source, Preflight.Session, cancellationToken);
        await using var joining = await second.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellationToken
        );
        try
        {
            var snapshot = await first.ScalarAsync<string>(new Sql("select pg_export_snapshot()"), cancellationToken);
            await second.ExecuteAsync(
                Sql.Format($"set transaction snapshot {Sql.Literal(snapshot!)}"),
                cancellationToken
            );
            return [];
        }
        catch (PostgresException error)
        {
            return [Finding($"a second connection cannot join a snapshot of the first: {error.MessageText}")];
        }
    }

    private static Finding Finding(string why) =>
        new(
            FindingCodes.SnapshotNotShared,
            Verdict.Fail,
            "source",
            $"{why}; the export reads one snapshot through several connections. Use the direct connection "
                + "or the session pooler (port 5432)"
        );
}
