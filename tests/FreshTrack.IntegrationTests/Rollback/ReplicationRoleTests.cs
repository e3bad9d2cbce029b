using FreshTrack.Cutover.Rollback;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Rollback;

public sealed class ReplicationRoleTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_role_that_Supabase_gives_its_customer_may_set_what_a_return_needs()
    {
        var address = await servers.CreateSourceAsync(Token);
        await using var source = NpgsqlDataSource.Create(address.Mover);

        Assert.Null(await ReplicationRoleCheck.FindAsync(source, Token));
    }

    [Fact]
    public async Task A_role_that_may_not_is_told_with_the_statement_that_grants_it()
    {
        var address = (await servers.CreateSourceAsync(Token)).Administrator;
        await using var administrator = NpgsqlDataSource.Create(address);
        await using var source = await StrangerAsync(administrator, address);

        var finding = await ReplicationRoleCheck.FindAsync(source, Token);
        await Move.ExecuteAsync(administrator, finding!.Message[(finding.Message.LastIndexOf(": ") + 2)..], Token);

        Assert.Equal((ReverseFindingCodes.ReplicationRoleDenied, Verdict.Fail), (finding.Code, finding.Verdict));
        Assert.Null(await ReplicationRoleCheck.FindAsync(source, Token));
    }

    /// <returns>A role that may read everything, and no more.</returns>
    internal static async Task<NpgsqlDataSource> StrangerAsync(NpgsqlDataSource administrator, string address)
    {
        var role = $"mover_{Guid.CreateVersion7():N}";
        await Move.ExecuteAsync(
            administrator,
            $"create role {role} login password 'rehearsal-only' in role pg_read_all_data",
            Token
        );
        return NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(address) { Username = role, Password = "rehearsal-only" }.ConnectionString
        );
    }
}
