using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration;
using FreshTrack.Migration.Freezing;
using FreshTrack.Migration.Preflighting;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Accounts;

/// <summary>Before anything is frozen, the users that move are compared with those that Stack Auth has.</summary>
public sealed class AccountCheckTests(Servers servers)
{
    private static readonly Guid Ann = Guid.Parse("00000000-0000-4000-8000-000000000001");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Users_of_an_earlier_run_and_strangers_are_no_findings()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.MapAsync();
        await moved.Project.CreateAsync("stranger@example.org");

        Assert.Empty(await FindAsync(moved, moved.StackAuth));
    }

    [Theory]
    [InlineData(true, "Warn user-account-adopted 1", 1)]
    [InlineData(false, "Fail user-email-taken 1", 0)]
    public async Task Account_with_the_same_address_is_judged_as_the_move_judges_it(
        bool confirmed,
        string finding,
        int adopted
    )
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        var account = await moved.Project.CreateAsync("Ann@example.org", confirmed);

        Assert.Equal([$"{finding} {Ann}"], await FindAsync(moved, moved.StackAuth));
        if (adopted == 0)
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(moved.MapAsync);
            Assert.Contains($"{Ann}: user {account} of Stack Auth has its address", refused.Message);
            return;
        }

        var result = await moved.MapAsync();
        Assert.Equal((4, 3, adopted), (result.Users, result.Created, result.Adopted));
        Assert.Equal(account, await moved.IdOfAsync("ann@example.org"));
        Assert.Empty(await FindAsync(moved, moved.StackAuth));
    }

    [Fact]
    public async Task Account_that_is_adopted_keeps_its_metadata_and_is_restricted_as_the_user_was()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        var account = await moved.Project.CreateAsync(
            new JsonObject
            {
                ["primary_email"] = "bad@example.org",
                ["primary_email_verified"] = true,
                ["server_metadata"] = new JsonObject { ["plan"] = "gold" },
            }
        );

        await moved.MapAsync();

        var user = await moved.Project.ServerAsync(HttpMethod.Get, $"/users/{account}");
        Assert.Equal("gold", (string?)user.Body["server_metadata"]!["plan"]);
        Assert.Equal("00000000-0000-4000-8000-000000000003", (string?)user.Body["server_metadata"]!["supabase_id"]);
        Assert.Equal(("true", "true"), (user["primary_email_auth_enabled"], user["restricted_by_admin"]));
    }

    [Fact]
    public async Task User_who_left_the_source_since_is_named_and_leaves_the_map()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.MapAsync();
        await new Freeze(moved.Move.Source, moved.Plan.Plan, TimeProvider.System).LiftAsync(Cancel);
        // Sessions in the pool were opened while the source was frozen.
        moved.Move.Source.Clear();
        await Move.ExecuteAsync(moved.Move.Source, $"delete from auth.users where id = '{Ann}'", Cancel);

        Assert.Equal([$"Warn user-account-left 1 {Ann}"], await FindAsync(moved, moved.StackAuth));
        await Assert.ThrowsAsync<MigrationException>(moved.MapAsync);
        var again = await moved.MapAsync("another-run");

        Assert.Equal((3, 0), (again.Users, again.Created));
        Assert.Equal(3, (await moved.MapRowsAsync()).Count);
    }

    [Fact]
    public async Task Address_that_changed_since_an_earlier_run_is_a_Warn()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.StackAuth.CreateUserAsync(
            new SourceUser(Ann, "anna@example.org", EmailVerified: true, DisplayName: null),
            Cancel
        );

        Assert.Equal([$"Warn user-email-changed 1 {Ann}"], await FindAsync(moved, moved.StackAuth));
    }

    [Fact]
    public async Task User_who_was_created_twice_is_a_Fail()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.MapAsync();
        await moved.StackAuth.CreateUserAsync(
            new SourceUser(Ann, "anna@example.org", EmailVerified: true, DisplayName: null),
            Cancel
        );

        Assert.Equal(
            [$"Fail user-account-twice 1 {Ann}", $"Warn user-email-changed 1 {Ann}"],
            await FindAsync(moved, moved.StackAuth)
        );
    }

    [Fact]
    public async Task Stack_Auth_that_cannot_be_asked_is_inconclusive()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        using var http = new HttpClient { BaseAddress = moved.Project.Http.BaseAddress };
        var stranger = new StackAuthClient(http, "project", "key");

        var finding = Assert.Single(
            await AccountCheck.FindAsync(moved.Plan, moved.Move.Source, moved.Move.Target, stranger, Cancel)
        );

        Assert.Equal((AccountFindingCodes.UserAccountsNotRead, Verdict.Inconclusive), (finding.Code, finding.Verdict));
        Assert.Contains($"{(int)HttpStatusCode.BadRequest}", finding.Message);
    }

    private static async Task<IEnumerable<string>> FindAsync(MovedUsers moved, StackAuthClient stackAuth) =>
        (await AccountCheck.FindAsync(moved.Plan, moved.Move.Source, moved.Move.Target, stackAuth, Cancel)).Select(
            finding => $"{finding.Verdict} {finding.Code} {finding.Rows} {string.Join(",", finding.Examples)}"
        );
}
