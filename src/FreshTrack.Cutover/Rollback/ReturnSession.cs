using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Opens the two sessions that a return works in.</summary>
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
        """;

    // Triggers would set updated_at, and foreign keys would carry deletions on: the difference holds both already.
    private static readonly Sql Writing = new(
        "set default_transaction_read_only = off; set session_replication_role = replica"
    );

    private static readonly Sql ReadOnly = new("set default_transaction_read_only = on");

    public static Task<NpgsqlConnection> OpenTargetAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    ) => OpenAsync(target, ReadOnly, cancellationToken);

    /// <summary>Triggers and foreign keys are off in this session alone.</summary>
    /// <exception cref="PostgresException">The role may not set session_replication_role.</exception>
    public static Task<NpgsqlConnection> OpenSourceAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    ) => OpenAsync(source, Writing, cancellationToken);

    private static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource database,
        Sql more,
        CancellationToken cancellationToken
    )
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new Sql(Settings), cancellationToken);
            await connection.ExecuteAsync(more, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
