using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <param name="Error">Why the server refused; null when it answered.</param>
internal readonly record struct Answer<T>(T? Value, PostgresException? Error);

/// <summary>Asks the server something that it may refuse, without losing the transaction and its snapshot.</summary>
internal static class Probe
{
    public static async Task<Answer<T>> TryAsync<T>(
        this NpgsqlConnection connection,
        Func<Task<T>> query,
        CancellationToken cancellationToken
    )
    {
        await connection.ExecuteAsync(new Sql("savepoint probe"), cancellationToken);
        try
        {
            var value = await query();
            await connection.ExecuteAsync(new Sql("release savepoint probe"), cancellationToken);
            return new Answer<T>(value, null);
        }
        catch (PostgresException error) when (IsAnswer(error))
        {
            await connection.ExecuteAsync(
                new Sql("rollback to savepoint probe; release savepoint probe"),
                cancellationToken
            );
            return new Answer<T>(default, error);
        }
    }

    /// <summary>Tests one constraint; one that the source cannot test is a finding, never silence.</summary>
    /// <param name="what">The constraint, with its name.</param>
    /// <param name="test">Its finding; null when no row violates the constraint.</param>
    public static async Task<IReadOnlyList<Finding>> TestAsync(
        this NpgsqlConnection source,
        string subject,
        string what,
        Func<Task<Finding?>> test,
        CancellationToken cancellationToken
    )
    {
        var answer = await source.TryAsync(test, cancellationToken);
        var finding = answer.Error is { } error ? NotTestable(subject, what, error) : answer.Value;
        return finding is null ? [] : [finding];
    }

    public static Finding NotTestable(string subject, string what, string reason) =>
        new(
            FindingCodes.ConstraintNotTestable,
            Verdict.Warn,
            subject,
            $"{what}: could not be tested before the move: {reason}. The target tests it when the rows are there"
        );

    /// <summary>Gives the server's reason. It quotes the value that it refuses, and a value may be secret: such a
    /// reason is left out.</summary>
    public static Finding NotTestable(string subject, string what, PostgresException error) =>
        NotTestable(
            subject,
            what,
            IsAboutValue(error) ? $"it refuses a value (SQLSTATE {error.SqlState})" : error.MessageText
        );

    // P0 is what functions raise themselves, with whatever they put into the text.
    public static bool IsAboutValue(PostgresException error) => error.SqlState[..2] is "22" or "23" or "P0";

    // Classes 08, 53, 57, 58 and XX are about the server, not about the question.
    private static bool IsAnswer(PostgresException error) =>
        error.SqlState[..2] is not ("08" or "53" or "57" or "58" or "XX");
}
