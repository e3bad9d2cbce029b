using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>A source and its faultless target, which is damaged at some positions, looked at, and mended again.</summary>
public sealed class CorpusDatabases(Servers servers) : IAsyncLifetime
{
    private static readonly string[] Tables = ["places", "samples", "readings", "events"];

    private NpgsqlDataSource source = null!;
    private NpgsqlDataSource target = null!;
    private ResolvedPlan plan = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        source = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(Token));
        target = NpgsqlDataSource.Create(await servers.CreateDatabaseAsync(Token));
        await RunAsync(source, CorpusSchema.Source);
        await RunAsync(target, CorpusSchema.Target);
        await FillAsync("corpus", samples: 400, readings: 1200);
        plan = PlanResolver.Resolve(PlanFile.Parse(CorpusSchema.Plan, "corpus.yaml"), await Catalog.ReadAsync(source, Token), await Catalog.ReadAsync(target, Token)).Plan
            ?? throw new InvalidOperationException("The corpus's plan does not fit its schemas.");
    }

    public async Task FillAsync(string seed, int samples, int readings)
    {
        await RunAsync(source, CorpusSchema.Fill(source: true, seed, samples, readings));
        await RunAsync(target, CorpusSchema.Fill(source: false, seed, samples, readings));
        await RunAsync(target, string.Concat(Tables.Select(table => $"drop table if exists pristine.{table}; create table pristine.{table} as table {table};")));
    }

    /// <summary>Positions at which this class of damage is possible, in an order that the seed alone decides.</summary>
    internal async Task<int[]> PositionsAsync(Corruption corruption, int seed)
    {
        var possible = (await ListAsync(target, corruption.Positions, null)).Select(int.Parse).Order().ToArray();
#pragma warning disable CA5394 // Equal seeds are to give equal positions.
        new Random(seed).Shuffle(possible);
#pragma warning restore CA5394
        return possible;
    }

    /// <summary>Looks at the target while it is damaged.</summary>
    /// <param name="look">Gets the ids of the rows that differ.</param>
    internal async Task<T> WhileDamagedAsync<T>(Corruption corruption, int[] positions, Func<IReadOnlyList<string>, Task<T>> look)
    {
        var touched = await ListAsync(target, corruption.Touched, positions);
        await RunAsync(target, corruption.Damage, positions);
        try
        {
            return await look(touched);
        }
        finally
        {
            // Truncated, a table does not grow by what was deleted; one that is referenced cannot be.
            var empty = corruption.Table == "places" ? "delete from" : "truncate";
            await RunAsync(target, $"{empty} {corruption.Table}; insert into {corruption.Table} select * from pristine.{corruption.Table}");
        }
    }

    public Task<VerificationResult> VerifyAsync() => Verifier.RunAsync(new VerificationRequest(plan, source, target), null, Token);

    /// <summary>What another way of comparing makes of both sides.</summary>
    internal async Task<bool> SeesDifferenceAsync(string ofSource, string ofTarget) =>
        (await ListAsync(source, ofSource, null))[0] != (await ListAsync(target, ofTarget, null))[0];

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
    }

    /// <summary>Foreign keys do not fire, as with a careless mover.</summary>
    private static async Task RunAsync(NpgsqlDataSource database, string sql, int[]? positions = null)
    {
        await using var connection = await database.OpenConnectionAsync(Token);
        await using (var careless = new NpgsqlCommand("set session_replication_role = replica", connection))
        {
            await careless.ExecuteNonQueryAsync(Token);
        }

        await using var command = Command(connection, sql, positions);
        await command.ExecuteNonQueryAsync(Token);
    }

    private static async Task<IReadOnlyList<string>> ListAsync(NpgsqlDataSource database, string sql, int[]? positions)
    {
        await using var connection = await database.OpenConnectionAsync(Token);
        await using var command = Command(connection, $"select coalesce(v::text, 'null') from ({sql}) as q(v)", positions);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var values = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, int[]? positions)
    {
        var command = new NpgsqlCommand(sql, connection);
        if (positions is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = positions });
        }

        return command;
    }
}
