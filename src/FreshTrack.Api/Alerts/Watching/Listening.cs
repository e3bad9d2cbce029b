using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Since when some instance of the API has listened without a break, in the database: a restart of one
/// does not interrupt it, an outage of all does.</summary>
internal sealed class Listening(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Without any instance for longer than this nobody has listened: a few missed beats.</summary>
    internal static readonly TimeSpan Break = TimeSpan.FromMinutes(1);

    private const string BeatSql = """
        insert into api.listening as l (since, until) values ($1, $2)
        on conflict (only_row) do update set
          since = case when l.until < $2 - $3 then excluded.since else least(l.since, excluded.since) end,
          until = greatest(l.until, excluded.until)
        returning since
        """;

    private readonly DateTime started = clock.GetUtcNow().UtcDateTime;

    /// <summary>Says that this instance listens.</summary>
    /// <returns>Since when somebody has.</returns>
    public async Task<DateTime> BeatAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(BeatSql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = started });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Break });
        return (DateTime)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
