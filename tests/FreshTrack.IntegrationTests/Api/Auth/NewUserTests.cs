using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Auth;

/// <summary>The first valid token of somebody who signed up after the move makes their row.</summary>
public sealed class NewUserTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string KeyId = "key-1";

    private KeyServer keys = null!;
    private ECDsa key = null!;
    private WebApplication[] apis = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Data;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        keys = await KeyServer.StartAsync(Cancel);
        key = keys.NewKey(KeyId);
        apis = [Instance(), Instance()];
        foreach (var api in apis)
        {
            await api.StartAsync(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var api in apis)
        {
            await api.DisposeAsync();
        }

        await keys.DisposeAsync();
    }

    [Fact]
    public async Task Row_is_made_of_the_token_s_claims_once()
    {
        var user = await stage.CreateUserAsync(
            new JsonObject
            {
                ["primary_email"] = "New.User@Example.com",
                ["primary_email_verified"] = true,
                ["display_name"] = "Ana O'Neil",
            },
            Cancel
        );

        var first = await AskAsync(stage.Client, user.AccessToken);
        var second = await AskAsync(stage.Client, user.AccessToken);

        // Of no organization yet.
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (first.Status, second.Status));
        Assert.Equal(
            $"{user.User} new.user@example.com {stage.Clock.GetUtcNow():yyyy-MM-dd} "
                + """{"full_name": "Ana O'Neil"}""",
            await Data.TextAsync(
                "select concat_ws(' ', id, email, email_confirmed_at::date, metadata) from users",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Address_that_nobody_verified_is_not_confirmed()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(Token(email: "a@example.com", verified: false))).Status);

        Assert.Equal(
            "a@example.com f",
            await Data.TextAsync("select concat_ws(' ', email, email_confirmed_at is not null) from users", Cancel)
        );
    }

    [Fact]
    public async Task Requests_at_once_to_two_instances_make_one_row()
    {
        var token = Token(email: "a@example.com");

        var answers = await AskAtOnceAsync(Enumerable.Repeat(token, 8));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.NotFound, answer.Status));
        Assert.Equal("1", await Data.TextAsync("select count(*) from users", Cancel));
    }

    [Fact]
    public async Task Address_that_another_row_holds_is_refused_and_nothing_is_merged()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await Data.RunAsync(
            $"""
            insert into users (id, email) values ('{place.Unit}', ' Moved@Example.com');
            insert into user_roles (user_id, organization_id, role)
            values ('{place.Unit}', '{place.Organization}', 'owner')
            """,
            Cancel
        );
        var before = await Data.TextAsync("select u::text from users u", Cancel);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var (status, body) = await AskAsync(Token(email: "moved@example.com"));
            Assert.Equal(
                (HttpStatusCode.Conflict, "EMAIL_TAKEN"),
                (status, body["error"]!["code"]!.GetValue<string>())
            );
            Assert.DoesNotContain("moved@", body.ToJsonString());
        }

        Assert.Equal(before, await Data.TextAsync("select string_agg(u::text, '|') from users u", Cancel));
    }

    [Fact]
    public async Task Of_two_new_users_with_one_address_the_first_gets_the_row()
    {
        var answers = await AskAtOnceAsync(Enumerable.Range(0, 8).Select(_ => Token(email: "a@example.com")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NotFound);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal("1", await Data.TextAsync("select count(*) from users", Cancel));
    }

    [Fact]
    public async Task Closed_account_s_address_keeps_nobody_out()
    {
        await Data.RunAsync(
            $"insert into users (id, email, deleted_at) values ('{Guid.CreateVersion7()}', 'a@example.com', now())",
            Cancel
        );

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(Token(email: "a@example.com"))).Status);
        Assert.Equal("2", await Data.TextAsync("select count(*) from users", Cancel));
    }

    [Fact]
    public async Task User_who_is_known_keeps_their_row_as_it_is()
    {
        var user = Guid.CreateVersion7();
        await Data.RunAsync($"insert into users (id, email) values ('{user}', 'old@example.com')", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(Token(email: "new@example.com", user: user))).Status);

        Assert.Equal("old@example.com", await Data.TextAsync("select string_agg(email, ',') from users", Cancel));
    }

    [Fact]
    public async Task Without_an_address_there_is_no_row()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(Token(email: null))).Status);

        Assert.Equal("0", await Data.TextAsync("select count(*) from users", Cancel));
    }

    [Theory]
    [InlineData("restricted_by_admin")]
    [InlineData("is_anonymous")]
    public async Task Anonymous_and_restricted_users_are_refused_and_get_no_row(string kind)
    {
        var body = new JsonObject { [kind] = true };
        if (kind != "is_anonymous")
        {
            body["primary_email"] = "a@example.com";
        }

        var user = await stage.CreateUserAsync(body, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(stage.Client, user.AccessToken)).Status);
        Assert.Equal("0", await Data.TextAsync("select count(*) from users", Cancel));
    }

    private WebApplication Instance() =>
        FreshTrackApi.Build(stage.Options(stage.Database) with { StackAuthUrl = keys.Address });

    private string Token(string? email, bool verified = true, Guid? user = null)
    {
        var claims = Tokens.Claims(keys.Issuer);
        claims["sub"] = (user ?? Guid.CreateVersion7()).ToString();
        claims["email"] = email;
        claims["email_verified"] = verified;
        claims["name"] = null;
        return Tokens.Sign(Tokens.Header(KeyId), claims, key);
    }

    /// <summary>Asks both instances by turns; all requests wait for one row until each has begun to make it.</summary>
    private async Task<(HttpStatusCode Status, JsonNode Body)[]> AskAtOnceAsync(IEnumerable<string> tokens)
    {
        await using var connection = await Data.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var hold = new NpgsqlCommand("lock table users in share mode", connection, transaction);
        await hold.ExecuteNonQueryAsync(Cancel);
        var asked = tokens.Select((token, index) => AskAsync(token, index % 2)).ToArray();
        await Data.UntilAsync(
            "select count(*)::text from pg_stat_activity "
                + "where datname = current_database() and wait_event_type = 'Lock' and query like '%know_user%'",
            $"{asked.Length}",
            Cancel
        );
        await transaction.RollbackAsync(Cancel);
        return await Task.WhenAll(asked);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(string token, int instance = 0)
    {
        using var client = new HttpClient { BaseAddress = new Uri(apis[instance].Urls.First()) };
        return await AskAsync(client, token);
    }

    private static Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(HttpClient client, string token) =>
        client.ReadAsync($"/api/orgs/{Guid.Empty}/readings/latest", token, Cancel);
}
