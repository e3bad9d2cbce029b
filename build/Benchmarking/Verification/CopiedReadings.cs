using FreshTrack.Build.Benchmarking.Migration;
using FreshTrack.Fixtures.Containers;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Build.Benchmarking.Verification;

/// <summary>A table of readings on one server and its faithful copy on the other, to be compared and damaged.</summary>
internal sealed class CopiedReadings : IAsyncDisposable
{
    private readonly BenchmarkServers servers;

    private CopiedReadings(BenchmarkServers servers, string database, long rows)
    {
        (this.servers, Database, Rows) = (servers, database, rows);
        Source = Open(servers.Source);
        Target = Open(servers.Target);
    }

    public string Database { get; }

    public long Rows { get; }

    /// <summary>As it stands in the figures' names: <c>1 M readings</c>.</summary>
    public string Name => $"{Rows / 1e6:0.##} M readings";

    public NpgsqlDataSource Source { get; }

    public NpgsqlDataSource Target { get; }

    public static async Task<CopiedReadings> CreateAsync(
        BenchmarkServers servers,
        string database,
        long rows,
        IProgress<string> progress,
        CancellationToken cancellationToken
    )
    {
        var data = ReadingsShape.Of(database, rows);
        progress.Report("filling the source");
        await BenchmarkServers.ExecuteAsync(
            servers.Source,
            "postgres",
            Sql.Format($"create database {new Identifier(database)}"),
            cancellationToken
        );
        await BenchmarkServers.ExecuteAsync(
            servers.Source,
            database,
            Sql.Join("", [data.Tables, data.Fill, data.Keys]),
            cancellationToken
        );
        progress.Report("copying it to the target");
        await BenchmarkServers.ExecuteAsync(
            servers.Target,
            "postgres",
            Sql.Format($"create database {new Identifier(database)}"),
            cancellationToken
        );
        await BenchmarkServers.ExecuteAsync(servers.Target, database, data.Tables, cancellationToken);
        await new References(servers, database, database).RawPipeAsync(cancellationToken);
        foreach (var server in new[] { servers.Source, servers.Target })
        {
            progress.Report("vacuum");
            await BenchmarkServers.ExecuteAsync(server, database, new Sql("vacuum analyze"), cancellationToken);
            await BenchmarkServers.ExecuteAsync(server, database, new Sql("checkpoint"), cancellationToken);
        }

        return new CopiedReadings(servers, database, rows);
    }

    /// <summary>The plan of that one table; with <paramref name="changed"/>, one whose expression makes every row of
    /// the source another than the target's.</summary>
    public static string PlanText(bool changed = false) =>
        "version: 1\ntables:\n  - source: "
        + $"public.readings\n{(changed ? "    columns: { battery: battery + 1 }\n" : "")}leave: [public.units]\n";

    /// <summary>Adds to the temperature of the target's first reading; the same amount taken off restores it.</summary>
    public Task ChangeCellAsync(decimal by, CancellationToken cancellationToken) =>
        BenchmarkServers.ExecuteAsync(
            servers.Target,
            Database,
            Sql.Format(
                $"update readings set temperature = temperature + {Sql.Literal(by.ToString())} where id = "
                    + $"(select id from readings order by id limit 1)"
            ),
            cancellationToken
        );

    public Task EmptyTargetAsync(CancellationToken cancellationToken) =>
        BenchmarkServers.ExecuteAsync(servers.Target, Database, new Sql("truncate readings"), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }

    private NpgsqlDataSource Open(string server) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = Database }.ConnectionString);
}
