using System.Data.Common;
using System.Runtime.CompilerServices;
using FreshTrack.Plan;

namespace FreshTrack.Verification.Databases;

/// <summary>One connection inside its side's snapshot.
/// An answer that is not whole is an error, never a shorter answer.</summary>
internal sealed class Session(string side, DbConnection connection, DbTransaction transaction) : IAsyncDisposable
{
    public string Side => side;

    public async Task ExecuteAsync(Sql sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = Command(sql, []);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw QueryFailedException.From(side, exception);
        }
    }

    /// <exception cref="QueryFailedException">The query failed, or returned no row or more than one.</exception>
    public async Task<T> SingleAsync<T>(
        Sql sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        var rows = new List<T>();
        await foreach (var row in RowsAsync(sql, values, cancellationToken))
        {
            rows.Add(read(row));
        }

        return rows.Count == 1
            ? rows[0]
            : throw new QueryFailedException($"The {side} returned {rows.Count} rows where one was expected.");
    }

    /// <exception cref="QueryFailedException">The query failed, or some of its rows did not come.</exception>
    public async Task<IReadOnlyList<T>> ListAsync<T>(
        Sql sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        var rows = new List<T>();
        await foreach (var row in StreamAsync(sql, read, cancellationToken, values))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <inheritdoc cref="ListAsync"/>
    public IAsyncEnumerable<T> StreamAsync<T>(
        Sql sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params object[] values
    ) => ReadAsync(sql, read, values, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        Sql sql,
        Func<DbDataReader, T> read,
        object[] values,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var answer = new NumberedAnswer(side);
        await foreach (var row in RowsAsync(NumberedAnswer.Ask(sql), values, cancellationToken))
        {
            if (answer.Take(row))
            {
                yield return read(row);
            }
        }

        answer.DemandEnd();
    }

    private async IAsyncEnumerable<DbDataReader> RowsAsync(
        Sql sql,
        object[] values,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = Command(sql, values);
        await using var reader = await GuardAsync(command.ExecuteReaderAsync(cancellationToken));
        while (await GuardAsync(reader.ReadAsync(cancellationToken)))
        {
            yield return reader;
        }
    }

    private async Task<T> GuardAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw QueryFailedException.From(side, exception);
        }
    }

    private DbCommand Command(Sql sql, object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql.Text;
        command.Transaction = transaction;
        // The check has a limit of its own.
        command.CommandTimeout = 0;
        foreach (var value in values)
        {
            var parameter = command.CreateParameter();
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
