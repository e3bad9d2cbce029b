using System.Text.RegularExpressions;
using FreshTrack.Load;
using FreshTrack.Load.ClosedLoop;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Api;

/// <summary>The very statement by which the API reads a unit's readings,
/// as the server saw it: a copy of it could grow old.</summary>
internal sealed partial record ReadingsSql(string Statement)
{
    private const string LatestSql = """
        select query
        from pg_stat_activity
        where application_name = 'freshtrack-api' and query like '%from sensor_readings%order by%'
        order by query_start desc
        limit 1
        """;

    /// <summary>For pgbench: $1 becomes :p1.</summary>
    public string Script => $"{Parameter().Replace(Statement.ReplaceLineEndings(" "), ":p${number}")};";

    /// <summary>Makes the API run it, and asks the server what it ran.</summary>
    public static async Task<ReadingsSql> CaptureAsync(
        ClosedLoopRun queries,
        NpgsqlDataSource database,
        CancellationToken cancellationToken
    )
    {
        queries.Run(TimeSpan.Zero, TimeSpan.FromSeconds(1), cancellationToken);
        await using var command = database.CreateCommand(LatestSql);
        return
            await command.ExecuteScalarAsync(cancellationToken) is string { Length: > 0 } statement
            && statement.Contains("offset $9")
            ? new ReadingsSql(statement)
            : throw new InvalidOperationException(
                "pg_stat_activity does not show the API's whole query of readings. "
                    + "Expected it to end with 'offset $9'; does track_activity_query_size cut it?"
            );
    }

    /// <summary>In the order of the statement's parameters: path, user, range, page.</summary>
    public IReadOnlyDictionary<string, string> Variables(
        UnitTarget unit,
        DateTimeOffset start,
        DateTimeOffset end,
        int limit
    )
    {
        string[] values =
        [
            unit.Organization.ToString(),
            unit.Site.ToString(),
            unit.Area.ToString(),
            unit.Unit.ToString(),
            UserOf(unit.BearerToken),
            start.ToString("yyyy-MM-dd HH:mm:ss'Z'"),
            end.ToString("yyyy-MM-dd HH:mm:ss'Z'"),
            limit.ToString(),
            "0",
        ];
        return values.Index().ToDictionary(value => $"p{value.Index + 1}", value => value.Item);
    }

    /// <summary>The subject of a token: the user whom the API's statement asks about.</summary>
    private static string UserOf(string token)
    {
        var payload = token.Split('.')[1].Replace('-', '+').Replace('_', '/');
        using var claims = System.Text.Json.JsonDocument.Parse(
            Convert.FromBase64String(payload.PadRight((payload.Length + 3) / 4 * 4, '='))
        );
        return claims.RootElement.GetProperty("sub").GetString()!;
    }

    [GeneratedRegex(@"\$(?<number>[0-9]+)", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Parameter();
}
