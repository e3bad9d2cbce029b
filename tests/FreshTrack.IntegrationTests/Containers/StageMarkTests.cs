using System.Net;
using FreshTrack.Build.CommandLine;
using FreshTrack.Cutover.Environments;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.IntegrationTests.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;
using Spectre.Console.Testing;

namespace FreshTrack.IntegrationTests.Containers;

/// <summary><c>--yes</c> on real databases: it is taken where source and target carry one mark, whatever their
/// addresses look like, and nowhere else.</summary>
public sealed class StageMarkTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Yes_is_taken_where_both_databases_carry_the_mark_of_one_stage()
    {
        await using var source = await Databases.NewAsync(servers, Token);
        await using var target = await Databases.NewAsync(servers, Token);
        await StageMark.WriteAsync(source, "stage-1", Token);
        await StageMark.WriteAsync(target, "stage-1", Token);

        Assert.Contains("of stage stage-1", await ConfirmAsync(source, target));
    }

    [Theory]
    [InlineData(null, "stage-1", "the source of 'night' does not carry the mark")]
    [InlineData("stage-1", null, "the target of 'night' does not carry the mark")]
    [InlineData("stage-1", "stage-2", "here the source is of 'stage-1', the target of 'stage-2'")]
    public async Task Yes_is_refused_anywhere_else(string? ofSource, string? ofTarget, string reason)
    {
        await using var source = await Databases.NewAsync(servers, Token);
        await using var target = await Databases.NewAsync(servers, Token);
        await MarkAsync(source, ofSource);
        await MarkAsync(target, ofTarget);

        Assert.Contains(reason, await RefusedAsync(source, target));
    }

    /// <summary>Production behind <c>ssh -L</c> has a loopback address too.</summary>
    [Fact]
    public async Task Yes_is_refused_through_a_tunnel_to_databases_without_marks()
    {
        var source = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync(Token));
        var target = new NpgsqlConnectionStringBuilder(await servers.CreateDatabaseAsync(Token));
        await using var tunnel = new PortForward(new IPEndPoint(IPAddress.Loopback, 0), source.Host!, source.Port);
        (source.Host, source.Port) = ("127.0.0.1", tunnel.Port);
        (target.Host, target.Port) = ("127.0.0.1", tunnel.Port);
        await using var from = NpgsqlDataSource.Create(source);
        await using var to = NpgsqlDataSource.Create(target);

        Assert.Contains("wherever its address points to", await RefusedAsync(from, to));
    }

    [Fact]
    public async Task A_role_that_may_nothing_else_reads_the_mark()
    {
        var address = await servers.CreateSourceAsync(Token);
        await using var administrator = NpgsqlDataSource.Create(address.Administrator);
        await using var mover = NpgsqlDataSource.Create(address.Mover);
        await StageMark.WriteAsync(administrator, "stage-1", Token);

        Assert.Equal("stage-1", await StageMark.ReadAsync(mover, Token));
    }

    [Fact]
    public async Task Two_marks_in_one_database_are_none()
    {
        await using var database = await Databases.NewAsync(servers, Token);
        await StageMark.WriteAsync(database, "stage-1", Token);
        await Move.ExecuteAsync(database, "insert into freshtrack_stage.mark values ('stage-2')", Token);

        Assert.Null(await StageMark.ReadAsync(database, Token));
    }

    [Fact]
    public async Task A_mark_that_came_with_a_copy_is_none()
    {
        var marked = await servers.CreateDatabaseAsync(Token);
        await using (var database = NpgsqlDataSource.Create(marked))
        {
            await StageMark.WriteAsync(database, "stage-1", Token);
            Assert.Equal("stage-1", await StageMark.ReadAsync(database, Token));
        }

        var address = new NpgsqlConnectionStringBuilder(marked);
        NpgsqlConnection.ClearAllPools();
        var copied = $"{address.Database}_copy";
        await using (var other = await Databases.NewAsync(servers, Token))
        {
            await Move.ExecuteAsync(other, $"create database {copied} template {address.Database}", Token);
        }

        address.Database = copied;
        await using var copy = NpgsqlDataSource.Create(address);

        Assert.Null(await StageMark.ReadAsync(copy, Token));
    }

    private static async Task MarkAsync(NpgsqlDataSource database, string? stage)
    {
        if (stage is not null)
        {
            await StageMark.WriteAsync(database, stage, Token);
        }
    }

    private static async Task<string> RefusedAsync(NpgsqlDataSource source, NpgsqlDataSource target) =>
        (await Assert.ThrowsAsync<RefusedException>(() => ConfirmAsync(source, target))).Message;

    private static async Task<string> ConfirmAsync(NpgsqlDataSource source, NpgsqlDataSource target)
    {
        using var console = new TestConsole().Width(200);
        await new Confirmation(console, hasTerminal: false, yes: true).DemandAsync(
            new CutoverEnvironment("night", EnvironmentKind.Stage) { Source = source, Target = target },
            "close the source",
            Token
        );
        return console.Output;
    }
}
