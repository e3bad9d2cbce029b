using System.Net;
using FreshTrack.Clients.StackAuth;
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

    [Fact]
    public async Task Address_that_somebody_else_signs_in_with_is_a_Fail()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.Project.CreateAsync("Ann@example.org");

        Assert.Equal([$"Fail user-email-taken 1 {Ann}"], await FindAsync(moved, moved.StackAuth));
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

        var finding = Assert.Single(await AccountCheck.FindAsync(moved.Plan, moved.Move.Source, stranger, Cancel));

        Assert.Equal((AccountFindingCodes.UserAccountsNotRead, Verdict.Inconclusive), (finding.Code, finding.Verdict));
        Assert.Contains($"{(int)HttpStatusCode.BadRequest}", finding.Message);
    }

    private static async Task<IEnumerable<string>> FindAsync(MovedUsers moved, StackAuthClient stackAuth) =>
        (await AccountCheck.FindAsync(moved.Plan, moved.Move.Source, stackAuth, Cancel)).Select(finding =>
            $"{finding.Verdict} {finding.Code} {finding.Rows} {string.Join(",", finding.Examples)}"
        );
}
