using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration;

/// <summary>Opens connections with the settings that long, quiet work needs.</summary>
internal static class Sessions
{
    // UTC: casts between timestamps with and without zone must not depend on the server's setting.
    // row_security off: an error is better than rows that a policy hides.
    // The timeout comes off first: a role's own may be too short for the rest.
    private const string Settings = """
        set statement_timeout = 0;
        set time zone 'UTC';
        set row_security = off;
        set lock_timeout = 0;
        set idle_in_transaction_session_timeout = 0;
        set client_connection_check_interval = '2s';
        """;

    /// <param name="name">The session's application_name, by which a resumed run finds those of its
    /// predecessor.</param>
    public static async Task<NpgsqlConnection> OpenAsync(
        NpgsqlDataSource database,
        string name,
        CancellationToken cancellationToken
    )
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new Sql(Settings), cancellationToken);
            await connection.ExecuteAsync(Sql.Format($"set application_name = {Sql.Literal(name)}"), cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
