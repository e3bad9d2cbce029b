using FreshTrack.Api.Commands;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Commands;

public sealed class CreateAdminTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string RolesSql = "select string_agg(role::text, ',') from user_roles";

    private const string EventsSql =
        "select string_agg(concat_ws(' ', event_type, payload ->> 'from', payload ->> 'to'), ', ' "
        + "order by recorded_at) from event_logs";

    private readonly Guid user = Guid.CreateVersion7();
    private Place place = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Data;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await Data.RunAsync($"update organizations set slug = 'cold-chain' where id = '{place.Organization}'", Cancel);
        await Data.RunAsync(
            $$"""
            insert into users (id, email, metadata) values ('{{user}}', 'ana@example.com', '{"full_name": "Ana"}')
            """,
            Cancel
        );
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task User_becomes_an_admin_who_is_told_of_alerts_and_the_event_log_says_so_once()
    {
        var first = await RunAsync("Ana@Example.com", "cold-chain");
        var second = await RunAsync("ana@example.com", place.Organization.ToString().ToUpperInvariant());

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Contains($"user {user} is now admin of organization {place.Organization}", first.Line);
        Assert.Contains("was admin of organization", second.Line);
        Assert.Equal("admin", await Data.TextAsync(RolesSql, Cancel));
        Assert.Equal("role.changed admin", await Data.TextAsync(EventsSql, Cancel));
        Assert.Equal(
            $"{user} {place.Organization} ana@example.com Ana",
            await Data.TextAsync(
                "select concat_ws(' ', user_id, organization_id, email, full_name) from profiles",
                Cancel
            )
        );
        // A user's id is rewritten when data moves; what was hashed never is.
        Assert.Equal(
            "0",
            await Data.TextAsync($"select count(*) from event_logs where payload::text like '%{user}%'", Cancel)
        );
    }

    [Fact]
    public async Task Role_only_rises()
    {
        await RoleAsync("viewer");

        await RunAsync("ana@example.com", "cold-chain");
        await RunAsync("ana@example.com", "cold-chain", asOwner: true);
        var last = await RunAsync("ana@example.com", "cold-chain");

        Assert.Contains("was owner of organization", last.Line);
        Assert.Equal("owner", await Data.TextAsync(RolesSql, Cancel));
        Assert.Equal("role.changed viewer admin, role.changed admin owner", await Data.TextAsync(EventsSql, Cancel));
    }

    [Theory]
    [InlineData("", "nobody@example.com", "cold-chain", "No user has the e-mail address 'nobody@example.com'")]
    [InlineData("", "ana@example.com", "warm-chain", "There is no organization 'warm-chain'")]
    [InlineData("update organizations set deleted_at = now()", "ana@example.com", "cold-chain", "was deleted")]
    [InlineData("update users set deleted_at = now()", "ana@example.com", "cold-chain", "No user has")]
    [InlineData("update users set banned_until = '9999-01-01'", "ana@example.com", "cold-chain", "is banned")]
    [InlineData(
        "insert into users (id, email) values (gen_random_uuid(), 'ANA@example.com')",
        "ana@example.com",
        "cold-chain",
        "2 users have the e-mail address"
    )]
    [InlineData(
        "insert into organizations (name, slug) values ('Other', 'cold-chain')",
        "ana@example.com",
        "cold-chain",
        "2 organizations have the slug 'cold-chain'. Give an id"
    )]
    public async Task What_cannot_be_meant_is_refused(string change, string email, string organization, string reason)
    {
        await Data.RunAsync(change.Length > 0 ? change : "select", Cancel);

        var result = await RunAsync(email, organization);

        Assert.Equal(4, result.Code);
        Assert.Contains(reason, result.Line);
        Assert.Equal("", await Data.TextAsync(RolesSql, Cancel));
    }

    private Task RoleAsync(string role) =>
        Data.RunAsync(
            "insert into user_roles (user_id, organization_id, role) "
                + $"values ('{user}', '{place.Organization}', '{role}')",
            Cancel
        );

    private Task<CommandResult> RunAsync(string email, string organization, bool asOwner = false) =>
        CreateAdminCommand.RunAsync(Data, email, organization, asOwner, stage.Clock, Cancel);
}
