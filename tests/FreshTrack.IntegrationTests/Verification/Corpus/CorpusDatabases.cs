using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Verification.Corpus;

/// <summary>A source and its faultless target, which is damaged
/// at some positions, looked at, and mended again.</summary>
public sealed class CorpusDatabases(Servers servers) : IAsyncLifetime
{
    private const int Seed = 20260115;
    private const int AtOnce = 10;

    private static readonly MigrationPlan Plan = PlanFile.Parse(CorpusSchema.Plan, "corpus.yaml");

    private NpgsqlDataSource source = null!;
    private NpgsqlDataSource target = null!;
    private NpgsqlDataSource mover = null!;

    /// <summary>Of the target; each is kept in schema pristine as it must be.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["users", "places", "samples", "readings", "scans", "events"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        source = NpgsqlDataSource.Create(await servers.CreateSourceAsync(Token));
        var address = await servers.CreateDatabaseAsync(Token);
        target = NpgsqlDataSource.Create(address);
        // Foreign keys do not fire, as with a careless mover.
        mover = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address) { Options = "-c session_replication_role=replica" }
        );
        await RunAsync(source, CorpusSchema.Source);
        await RunAsync(mover, CorpusSchema.Target);
        await RunAsync(source, CorpusSchema.Fill(source: true));
        await RunAsync(mover, CorpusSchema.Fill(source: false));
        await RunAsync(
            mover,
            string.Concat(Tables.Select(table => $"create table pristine.{table} as table {table};"))
        );
    }

    /// <summary>Seeded positions for one kind of damage, in rounds of ten that are done at once, or of one; no row is
    /// in a round twice.</summary>
    /// <remarks>Where the data has fewer places than are asked for, as with partitions, all of them come again in
    /// another order.</remarks>
    internal async Task<IReadOnlyList<int[]>> RoundsAsync(Corruption corruption, int positions)
    {
        var atOnce = corruption.OneAtATime ? 1 : AtOnce;
        var possible = (await ListAsync(corruption.Positions, null)).Select(int.Parse).Order().ToArray();
        Assert.True(
            possible.Length >= atOnce * corruption.Width,
            $"{corruption.Name} is possible at {possible.Length} positions only."
        );
        var random = new Random(Seed);
        var rounds = new List<int[]>();
        while (rounds.Count * atOnce < positions)
        {
#pragma warning disable CA5394 // Equal seeds are to give equal positions.
            random.Shuffle(possible);
#pragma warning restore CA5394
            rounds.AddRange(
                possible.Chunk(atOnce * corruption.Width).Where(round => round.Length == atOnce * corruption.Width)
            );
        }

        return rounds[..(positions / atOnce)];
    }

    /// <summary>Verifies the target while it is damaged.</summary>
    /// <returns>The rows that differ, as <see cref="Corruption.Touched"/>
    /// writes them, and what the verifier found.</returns>
    internal async Task<(IReadOnlyList<string> Touched, VerificationResult Result)> VerifyDamagedAsync(
        Corruption corruption,
        int[] positions
    )
    {
        var touched = await ListAsync(corruption.Touched, positions);
        await RunAsync(mover, corruption.Damage, positions);
        try
        {
            return (touched, await Verifier.RunAsync(new VerificationRequest(Plan, source, target), null, Token));
        }
        finally
        {
            // Truncated, a table does not grow by what was deleted; one that is referenced cannot be.
            var empty = corruption.Table is "users" or "places" ? "delete from" : "truncate";
            await RunAsync(
                mover,
                $"{empty} {corruption.Table}; insert into {corruption.Table} select * from pristine.{corruption.Table}"
            );
        }
    }

    /// <summary>An array of text that a query makes of the source.</summary>
    internal async Task<string[]> AskSourceAsync(string sql)
    {
        await using var connection = await source.OpenConnectionAsync(Token);
        return await AskAsync(connection, sql);
    }

    /// <summary>An array of text that a query makes of the damaged target; the damage is rolled back.</summary>
    internal async Task<string[]> AskDamagedAsync(string sql, string damage, int[] positions)
    {
        await using var connection = await mover.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = Command(connection, damage, positions);
        await command.ExecuteNonQueryAsync(Token);
        return await AskAsync(connection, sql);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        await mover.DisposeAsync();
    }

    private static async Task<string[]> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string[])(await command.ExecuteScalarAsync(Token))!;
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql, int[]? positions = null)
    {
        await using var connection = await database.OpenConnectionAsync(Token);
        await using var command = Command(connection, sql, positions);
        await command.ExecuteNonQueryAsync(Token);
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql, int[]? positions)
    {
        await using var connection = await target.OpenConnectionAsync(Token);
        await using var command = Command(connection, $"select v::text from ({sql}) as q(v)", positions);
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
