using FreshTrack.Migration;
using FreshTrack.Migration.Parts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class ConnectionLossTests(Servers servers)
{
    private const string Holder = "(select pid from pg_locks where locktype = 'advisory')";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("export", $"pid not in {Holder}")]
    [InlineData("export", $"pid in {Holder}")]
    [InlineData("import", $"pid not in {Holder}")]
    [InlineData("import", $"pid in {Holder}")]
    public async Task A_move_whose_sessions_are_ended_again_and_again_arrives_whole(string stage, string victims)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var address = stage == "export" ? move.SourceAddress : move.TargetAddress;
        // Between a session's end and the engine's seeing it there is nobody to end: then the next report is as good.
        var ended = 0;
        var killer = new Meanwhile(
            stage,
            [.. Enumerable.Range(0, 30).Select(chunk => 1 + (3 * chunk))],
            () =>
            {
                if (ended < 3 && End(address, $"freshtrack-{stage} {move.Options.RunId}", victims))
                {
                    ended++;
                }
            }
        );

        await UntilDoneAsync(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, move.Target, move.Store, move.StackAuth),
                new FastTime(),
                plan,
                move.Options,
                killer,
                Token
            )
        );

        Assert.InRange(ended, 1, 3);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    public async Task A_move_whose_connections_break_amid_their_bytes_arrives_whole(string side)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var address = new NpgsqlConnectionStringBuilder(side == "source" ? move.SourceAddress : move.TargetAddress);
        await using var wire = new FaultyWire(address.Host!, address.Port);
        await using var broken = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address.ConnectionString)
            {
                Host = "127.0.0.1",
                Port = wire.Port,
            }.ConnectionString
        );
        wire.CutEvery(bytes: 250_000, times: 4);

        await UntilDoneAsync(() =>
            MoveSlice.RunAsync(
                On.Servers(
                    side == "source" ? broken : move.Source,
                    side == "target" ? broken : move.Target,
                    move.Store,
                    move.StackAuth
                ),
                new FastTime(),
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Equal(0, wire.Left);
        await Whole.AssertAsync(move, plan, Token);
    }

    [Theory]
    [InlineData("export")]
    [InlineData("import")]
    public async Task A_move_whose_object_store_is_down_for_a_while_arrives_whole(string stage)
    {
        await using var move = await Move.AwkwardAsync(servers, Token);
        var plan = await move.PreflightAsync(AwkwardSchema.Plan, Token);
        var address = ObjectStoreAddress.Parse(move.StoreAddress);
        await using var wire = new FaultyWire(address.Server.Host, address.Server.Port);
        using var broken = new ObjectStore(address with { Server = new Uri($"http://127.0.0.1:{wire.Port}") });
        var outage = new Meanwhile(stage, [2], () => wire.Refuse(connections: 8));

        await UntilDoneAsync(() =>
            MoveSlice.RunAsync(
                On.Servers(move.Source, move.Target, broken, move.StackAuth),
                new FastTime(),
                plan,
                move.Options,
                outage,
                Token
            )
        );

        Assert.Equal((1, 0), (outage.Done, wire.Left));
        await Whole.AssertAsync(move, plan, Token);
    }

    /// <summary>On a slow machine more faults may meet one attempt
    /// than it is patient for: then a resumed run goes on.</summary>
    private static async Task UntilDoneAsync(Func<Task<MoveResult>> run)
    {
        for (var resumes = 0; ; resumes++)
        {
            try
            {
                await run();
                return;
            }
            catch (MigrationException error) when (resumes < 3 && error.Message.StartsWith("The connection was lost"))
            {
                // It says that it can be resumed.
            }
        }
    }

    private static bool End(string address, string session, string victims)
    {
        using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(address) { Pooling = false }.ConnectionString
        );
        connection.Open();
        using var command = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity "
                + $"where datname = current_database() and application_name = left($1, 63) and {victims}",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = session });
        return command.ExecuteScalar() is true;
    }
}
