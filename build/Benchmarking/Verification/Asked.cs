using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Verification;

/// <summary>What a server was asked about the readings since it began to count, by its own count.</summary>
/// <param name="Rows">Handed out of the table; checksums of
/// segments and descriptions of columns are no rows of it.</param>
internal sealed record Asked(long Queries, long Rows)
{
    public static Task BeginAsync(string server, CancellationToken cancellationToken) =>
        BenchmarkServers.ExecuteAsync(
            server,
            "postgres",
            new Sql("create extension if not exists pg_stat_statements; select pg_stat_statements_reset()"),
            cancellationToken
        );

    public static async Task<Asked> ReadAsync(string server, string database, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server) { Database = "postgres" }.ConnectionString
        );
        await using var command = source.CreateCommand(
            """
            select coalesce(sum(calls), 0)::bigint,
                   coalesce(sum(rows) filter (where query !~ 'count\(\*\)|pg_typeof'), 0)::bigint
            from pg_stat_statements
            join pg_database on pg_database.oid = dbid
            where datname = $1 and query like '%readings%'
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = database });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new Asked(reader.GetInt64(0), reader.GetInt64(1));
    }
}
