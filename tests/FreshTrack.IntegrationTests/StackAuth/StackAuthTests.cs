using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FreshTrack.IntegrationTests.Api;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class StackAuthTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Created_user_is_found_again_by_id_with_its_metadata()
    {
        var created = await CreateAsync("one@example.com");
        Assert.Equal(HttpStatusCode.Created, created.Status);

        var read = await stage.StackAuth.GetFromJsonAsync<JsonObject>($"/api/v1/users/{created.Body["id"]}", Cancel);

        Assert.Equal("one@example.com", read!["primary_email"]!.ToString());
        Assert.Equal("supabase of one@example.com", read["server_metadata"]!["supabase_id"]!.ToString());
    }

    [Fact]
    public async Task Second_user_with_an_email_is_refused_with_Stack_Auth_s_code()
    {
        await CreateAsync("two@example.com");

        var again = await CreateAsync("TWO@example.com");

        Assert.Equal(
            (HttpStatusCode.Conflict, "USER_EMAIL_ALREADY_EXISTS"),
            (again.Status, again.Body["code"]!.ToString())
        );
    }

    [Fact]
    public async Task Listing_by_cursor_returns_every_user_once()
    {
        foreach (var number in Enumerable.Range(0, 7))
        {
            await CreateAsync($"listed-{number}@example.com");
        }

        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = await stage.StackAuth.GetFromJsonAsync<JsonObject>($"/api/v1/users?limit=3{cursor}", Cancel);
            seen.AddRange(page!["items"]!.AsArray().Select(user => user!["primary_email"]!.ToString()));
            cursor = page["pagination"]!["next_cursor"] is { } next ? $"&cursor={next}" : "";
        } while (cursor.Length > 0);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(7, seen.Count(email => email.StartsWith("listed-")));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, "SERVER_AUTHENTICATION_REQUIRED")]
    [InlineData("ssk_wrong", HttpStatusCode.Unauthorized, "INVALID_SECRET_SERVER_KEY")]
    public async Task Missing_or_wrong_server_key_is_refused(string? key, HttpStatusCode status, string code)
    {
        using var client = ApiStage.ServerClient(stage.StackAuth.BaseAddress!.AbsoluteUri, ApiStage.Project, key);

        using var response = await client.GetAsync(new Uri("/api/v1/users", UriKind.Relative), Cancel);

        Assert.Equal((status, code), (response.StatusCode, response.Headers.GetValues("X-Stack-Known-Error").Single()));
    }

    [Fact]
    public async Task Body_that_is_no_user_is_refused()
    {
        using var wrongType = await stage.StackAuth.PostAsJsonAsync(
            "/api/v1/users",
            new JsonObject { ["primary_email"] = 7 },
            Cancel
        );
        using var noUser = await stage.StackAuth.PostAsJsonAsync(
            "/api/v1/auth/sessions",
            new JsonObject { ["user_id"] = Guid.Empty.ToString() },
            Cancel
        );

        Assert.Equal("SCHEMA_ERROR", wrongType.Headers.GetValues("X-Stack-Known-Error").Single());
        Assert.Equal("USER_ID_DOES_NOT_EXIST", noUser.Headers.GetValues("X-Stack-Known-Error").Single());
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> CreateAsync(string email)
    {
        var user = new JsonObject
        {
            ["primary_email"] = email,
            ["server_metadata"] = new JsonObject { ["supabase_id"] = $"supabase of {email}" },
        };
        using var response = await stage.StackAuth.PostAsJsonAsync("/api/v1/users", user, Cancel);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!);
    }
}
