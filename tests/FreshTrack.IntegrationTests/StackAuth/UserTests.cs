using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class UserTests
{
    private const string Hash = "$2a$04$wGYnKcLXO7GsQ8PMLV8xluU3MsOOeTANISq0oYWDZ8OfB2g0Zph0a";

    [Fact]
    public async Task Created_user_is_found_by_id_with_what_it_was_given()
    {
        await using var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                OAuthProviders = ["google"],
            }
        );
        var id = await project.CreateAsync(
            new JsonObject
            {
                ["primary_email"] = "Ann@Example.org",
                ["display_name"] = "Ann",
                ["server_metadata"] = new JsonObject { ["supabase_id"] = "an id" },
                ["oauth_providers"] = new JsonArray(
                    new JsonObject
                    {
                        ["id"] = "google",
                        ["account_id"] = "7",
                        ["email"] = null,
                    }
                ),
            }
        );

        var read = await project.ServerAsync(HttpMethod.Get, $"/users/{id}");

        Assert.Equal(("ann@example.org", "Ann"), (read["primary_email"], read["display_name"]));
        Assert.Equal("false", read["primary_email_auth_enabled"]);
        Assert.Equal("an id", read.Body["server_metadata"]!["supabase_id"]!.ToString());
        Assert.Equal("7", read.Body["oauth_providers"]![0]!["account_id"]!.ToString());
    }

    [Theory]
    [InlineData("""{"primary_email":"a b@example.org"}""")]
    [InlineData("""{"primary_email":"a@b@example.org"}""")]
    [InlineData("""{"primary_email":"example.org"}""")]
    [InlineData("""{"primary_email":"@example.org"}""")]
    [InlineData("""{"primary_email":7}""")]
    [InlineData("""{"primary_email_verified":null}""")]
    [InlineData("""{"primary_email_verified":"yes"}""")]
    [InlineData("""{"email":"ann@example.org"}""")]
    [InlineData("""{"oauth_providers":[{"id":"google"}]}""")]
    [InlineData("""{"restricted_by_admin_reason":"why"}""")]
    [InlineData("[]")]
    public async Task Body_that_breaks_the_schema_is_refused(string body)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ServerAsync(HttpMethod.Post, "/users", JsonNode.Parse(body));

        Assert.Equal((400, "SCHEMA_ERROR"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Name_and_password_have_a_longest_length()
    {
        await using var project = await StackAuthProject.StartAsync();

        Assert.Equal("SCHEMA_ERROR", await CodeAsync("display_name", new string('n', 257)));
        Assert.Equal("SCHEMA_ERROR", await CodeAsync("password", new string('p', 71)));
        Assert.Null(await CodeAsync("display_name", new string('n', 256)));

        async Task<string?> CodeAsync(string name, string value) =>
            (await project.ServerAsync(HttpMethod.Post, "/users", new JsonObject { [name] = value })).Code;
    }

    [Theory]
    [InlineData("""{"primary_email_verified":true}""", "primary_email_verified cannot be true")]
    [InlineData("""{"primary_email_auth_enabled":true}""", "primary_email_auth_enabled cannot be true")]
    [InlineData("""{"password":"12345678","password_hash":"x"}""", "Cannot set both")]
    [InlineData("""{"password_hash":"md5"}""", "Invalid password hash")]
    [InlineData("""{"oauth_providers":[{"id":"google","account_id":"7"}]}""", "OAuth provider google not found")]
    public async Task Body_that_contradicts_itself_is_refused_in_words(string body, string message)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ServerAsync(HttpMethod.Post, "/users", JsonNode.Parse(body));

        Assert.Equal((400, null), (answer.Status, answer.Code));
        Assert.StartsWith(message, answer.Text);
    }

    [Theory]
    [InlineData("$2a$10$", true)]
    [InlineData("$2b$16$", true)]
    [InlineData("$2y$10$", true)]
    [InlineData("$2a$17$", false)]
    [InlineData("$2x$10$", false)]
    public async Task Bcrypt_hashes_are_taken_up_to_cost_16(string start, bool taken)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ServerAsync(
            HttpMethod.Post,
            "/users",
            new JsonObject { ["primary_email"] = "ann@example.org", ["password_hash"] = start + Hash[7..] }
        );

        Assert.Equal(taken ? 201 : 400, answer.Status);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "{}")]
    [InlineData("DELETE", "")]
    public async Task Id_that_is_no_UUID_breaks_the_schema_and_an_unknown_one_is_not_found(string method, string body)
    {
        await using var project = await StackAuthProject.StartAsync();
        var content = body.Length == 0 ? null : JsonNode.Parse(body);
        // The validator knows UUIDs up to version 5.
        var newer = await project.ServerAsync(new HttpMethod(method), $"/users/{Guid.CreateVersion7()}", content);
        var none = await project.ServerAsync(new HttpMethod(method), "/users/42", content);
        var unknown = await project.ServerAsync(new HttpMethod(method), $"/users/{Guid.Empty}", content);

        Assert.Equal((400, "SCHEMA_ERROR"), (newer.Status, newer.Code));
        Assert.Equal((400, "SCHEMA_ERROR"), (none.Status, none.Code));
        Assert.Equal((404, "USER_NOT_FOUND"), (unknown.Status, unknown.Code));
    }

    [Fact]
    public async Task Changed_user_keeps_what_the_body_leaves_out()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        var named = await project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{id}",
            new JsonObject { ["display_name"] = "Ann" }
        );
        var moved = await project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{id}",
            new JsonObject { ["primary_email"] = "ann@example.com" }
        );

        Assert.Equal(("ann@example.org", "true"), (named["primary_email"], named["primary_email_verified"]));
        Assert.Equal(("ann@example.com", "false"), (moved["primary_email"], moved["primary_email_verified"]));
        Assert.Equal(("Ann", "true"), (moved["display_name"], moved["primary_email_auth_enabled"]));
    }

    [Fact]
    public async Task Deleted_user_is_gone_with_every_session()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var session = await project.SessionAsync(id);

        var deleted = await project.ServerAsync(HttpMethod.Delete, $"/users/{id}");

        Assert.Equal((200, "true"), (deleted.Status, deleted["success"]));
        Assert.Equal("USER_NOT_FOUND", (await project.ServerAsync(HttpMethod.Get, $"/users/{id}")).Code);
        var headers = StackAuthProject.ServerHeaders;
        headers["X-Stack-Refresh-Token"] = session["refresh_token"];
        Assert.Equal(
            "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED",
            (await project.SendAsync(HttpMethod.Post, "/auth/sessions/current/refresh", null, headers)).Code
        );
    }
}
