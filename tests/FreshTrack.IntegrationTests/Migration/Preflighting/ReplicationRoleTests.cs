using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

public sealed class ReplicationRoleTests(Servers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_role_that_Supabase_gives_its_customer_may_set_what_a_return_needs()
    {
        var address = await servers.CreateSourceAsync(Token);
        await using var source = NpgsqlDataSource.Create(address.Mover);

        Assert.Empty(await ReplicationRoleCheck.FindAsync(source, Token));
    }

    [Fact]
    public async Task A_role_that_may_not_is_told_with_the_statement_that_grants_it()
    {
        var role = $"mover_{Guid.CreateVersion7():N}";
        var address = new NpgsqlConnectionStringBuilder((await servers.CreateSourceAsync(Token)).Administrator);
        await using var administrator = NpgsqlDataSource.Create(address.ConnectionString);
        await Move.ExecuteAsync(administrator, $"create role {role} login password 'rehearsal-only'", Token);
        (address.Username, address.Password) = (role, "rehearsal-only");
        await using var source = NpgsqlDataSource.Create(address.ConnectionString);

        var finding = Assert.Single(await ReplicationRoleCheck.FindAsync(source, Token));
        await Move.ExecuteAsync(administrator, finding.Message[(finding.Message.LastIndexOf(": ") + 2)..], Token);

        Assert.Equal((ReplicationRoleCheck.Code, Verdict.Fail), (finding.Code, finding.Verdict));
        Assert.Empty(await ReplicationRoleCheck.FindAsync(source, Token));
    }
}
