using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Asks the server something that it may refuse, without losing the transaction and its snapshot.</summary>
internal static class Probe
{
    /// <returns>Why the server refused; null when it did not.</returns>
    public static async Task<PostgresException?> TryAsync(
        this NpgsqlConnection connection,
        Func<Task> query,
        CancellationToken cancellationToken
    )
    {
        await connection.ExecuteAsync(new Sql("savepoint probe"), cancellationToken);
        try
        {
            await query();
            await connection.ExecuteAsync(new Sql("release savepoint probe"), cancellationToken);
            return null;
        }
        catch (PostgresException error) when (IsAnswer(error))
        {
            await connection.ExecuteAsync(
                new Sql("rollback to savepoint probe; release savepoint probe"),
                cancellationToken
            );
            return error;
        }
    }

    /// <summary>What the server said. It quotes values where a value is what it refused, and a value may be secret:
    /// those are left out.</summary>
    public static string Reason(PostgresException error) =>
        IsAboutData(error) ? $"it refuses a value (SQLSTATE {error.SqlState})" : error.MessageText;

    // P0 is what functions raise themselves, with whatever they put into the text.
    public static bool IsAboutData(PostgresException error) => error.SqlState[..2] is "22" or "23" or "P0";

    // Classes 08, 53, 57, 58 and XX are about the server, not about the question.
    private static bool IsAnswer(PostgresException error) =>
        error.SqlState[..2] is not ("08" or "53" or "57" or "58" or "XX");
}
