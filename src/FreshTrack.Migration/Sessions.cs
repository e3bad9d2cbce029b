using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration;

/// <summary>Opens connections with the settings that long,
/// quiet work needs, and runs plain statements on them.</summary>
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

    /// <param name="name">The session's application_name,
    /// by which a resumed run finds those of its predecessor.</param>
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

    public static NpgsqlCommand Command(this NpgsqlConnection connection, Sql sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql.Text, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection,
        Sql sql,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<T?> ScalarAsync<T>(
        this NpgsqlConnection connection,
        Sql sql,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default;
    }

    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlConnection connection,
        Sql sql,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(map(reader));
        }

        return list;
    }
}
