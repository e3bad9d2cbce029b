using System.Text.Json.Nodes;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Migration.Freezing;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.SupabaseAuth;

/// <summary>What the service answers while its tables are frozen, and what the client makes of it.</summary>
public sealed class FrozenSourceTests(Servers servers)
{
    private const string Plan = "version: 1\ntables: [{ source: auth.users, users: [id] }]\n";
    private const string Email = "ann@example.org";
    private const string Password = "correct horse";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_of_the_service_goes_through_until_the_source_is_frozen_and_after_the_freeze_lifts()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        var client = new SupabaseAuthClient(project.Http, SupabaseProject.ServiceKey);
        var freeze = new Freeze(project.Source, PlanFile.Parse(Plan, "plan.yaml"), TimeProvider.System);

        var before = await client.AttemptWriteAsync(Cancel);
        await freeze.ApplyAsync(Cancel);
        var frozen = await client.AttemptWriteAsync(Cancel);
        await freeze.LiftAsync(Cancel);
        var after = await client.AttemptWriteAsync(Cancel);

        Assert.Equal((ServiceWriteOutcome.Accepted, null), (before.Outcome, before.LeftUser));
        Assert.Equal(ServiceWriteOutcome.Refused, frozen.Outcome);
        Assert.Contains("Database error creating new user", frozen.Answer);
        Assert.Equal((ServiceWriteOutcome.Accepted, null), (after.Outcome, after.LeftUser));
        Assert.Equal("0", await project.TextAsync("select count(*) from auth.users"));
    }

    [Fact]
    public async Task Every_call_that_writes_fails_with_a_database_error_while_frozen()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        var id = await project.CreateAsync(Email, Password);
        await new Freeze(project.Source, PlanFile.Parse(Plan, "plan.yaml"), TimeProvider.System).ApplyAsync(Cancel);

        var answers = new[]
        {
            await project.SignInAsync(Email, Password),
            await project.AdminAsync(HttpMethod.Post, "", new JsonObject { ["email"] = "ben@example.org" }),
            await project.AdminAsync(HttpMethod.Put, $"/{id}", new JsonObject { ["email_confirm"] = true }),
            await project.AdminAsync(HttpMethod.Delete, $"/{id}"),
        };

        Assert.All(answers, answer => Assert.Equal((500, "unexpected_failure"), (answer.Status, answer["error_code"])));
        Assert.Equal(
            [
                "Database error granting user",
                "Database error creating new user",
                "Error updating user",
                "Database error deleting user",
            ],
            answers.Select(answer => answer["msg"])
        );
        Assert.Equal(200, (await project.AdminAsync(HttpMethod.Get, $"/{id}")).Status);
    }

    [Fact]
    public async Task Database_that_is_not_there_proves_nothing()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        await project.RunAsync("alter table auth.users rename to gone");

        var attempt = await new SupabaseAuthClient(project.Http, SupabaseProject.ServiceKey).AttemptWriteAsync(Cancel);

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains("Database error finding users", attempt.Answer);
    }

    [Fact]
    public async Task Key_without_rights_proves_nothing_and_is_not_shown()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        var key = SupabaseProject.Token("anon");

        var attempt = await new SupabaseAuthClient(project.Http, key).AttemptWriteAsync(Cancel);

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains("not_admin", attempt.Answer);
        Assert.DoesNotContain(key, attempt.Answer);
    }
}
