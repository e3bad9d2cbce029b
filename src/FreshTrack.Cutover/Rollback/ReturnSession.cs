using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The settings of the sessions that a return works in.</summary>
internal static class ReturnSession
{
    // Text must mean the same on both sides, whatever server or role set. An index of a key serves where there is one.
    private const string Settings = """
        set application_name = 'freshtrack-return';
        set statement_timeout = 0;
        set lock_timeout = 0;
        set idle_in_transaction_session_timeout = 0;
        set time zone 'UTC';
        set datestyle = 'ISO, YMD';
        set intervalstyle = 'postgres';
        set extra_float_digits = 1;
        set bytea_output = 'hex';
        set lc_monetary = 'C';
        set xmloption = 'content';
        set row_security = off;
        set enable_seqscan = off;
        set default_transaction_read_only = off;
        """;

    // Triggers would set updated_at, and foreign keys would carry deletions on: the difference holds both already.
    private static readonly Sql AsReplica = new("set session_replication_role = replica");

    /// <summary>A session that reads the target, or keeps the ledger in the source.</summary>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new Sql(Settings), cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Turns triggers and foreign keys off in this session alone.</summary>
    /// <exception cref="PostgresException">The role may not set session_replication_role.</exception>
    public static async Task PrepareAsync(NpgsqlConnection source, CancellationToken cancellationToken)
    {
        await source.ExecuteAsync(new Sql(Settings), cancellationToken);
        await source.ExecuteAsync(AsReplica, cancellationToken);
    }
}
