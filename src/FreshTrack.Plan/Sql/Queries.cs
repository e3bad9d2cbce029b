using Npgsql;

namespace FreshTrack.Plan;

/// <summary>Runs <see cref="Sql"/> on a database. Values go to <c>$1</c>, <c>$2</c> …; a query has no time limit
/// but its cancellation.</summary>
#pragma warning disable MA0016 // A list was made for its caller alone, who may add to it.
public static class Queries
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, Sql sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql.Text, connection) { CommandTimeout = 0 };
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <returns>Rows that were inserted, updated or deleted; -1 for other statements.</returns>
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

    /// <inheritdoc cref="ExecuteAsync(NpgsqlConnection, Sql, CancellationToken, object[])"/>
    public static async Task<int> ExecuteAsync(
        this NpgsqlDataSource database,
        Sql sql,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(sql, cancellationToken, values);
    }

    /// <returns>The first column of the first row; the type's default for NULL and for no row.</returns>
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

    /// <inheritdoc cref="ScalarAsync{T}(NpgsqlConnection, Sql, CancellationToken, object[])"/>
    public static async Task<T?> ScalarAsync<T>(
        this NpgsqlDataSource database,
        Sql sql,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<T>(sql, cancellationToken, values);
    }

    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlConnection connection,
        Sql sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var command = connection.Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(read(reader));
        }

        return list;
    }

    public static async Task<List<T>> ListAsync<T>(
        this NpgsqlDataSource database,
        Sql sql,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ListAsync(sql, read, cancellationToken, values);
    }
}
