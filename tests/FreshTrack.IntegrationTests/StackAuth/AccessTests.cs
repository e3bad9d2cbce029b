namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class AccessTests
{
    private const string Key = "X-Stack-Secret-Server-Key";

    [Theory]
    [InlineData(null, null, null, 400, "ACCESS_TYPE_REQUIRED")]
    [InlineData(null, StackAuthProject.Id, StackAuthProject.ServerKey, 400, "PROJECT_KEY_WITHOUT_ACCESS_TYPE")]
    [InlineData("owner", StackAuthProject.Id, StackAuthProject.ServerKey, 400, "INVALID_ACCESS_TYPE")]
    [InlineData("server", null, StackAuthProject.ServerKey, 400, "ACCESS_TYPE_WITHOUT_PROJECT_ID")]
    [InlineData("server", "another", StackAuthProject.ServerKey, 400, "CURRENT_PROJECT_NOT_FOUND")]
    [InlineData("server", StackAuthProject.Id, null, 401, "SERVER_AUTHENTICATION_REQUIRED")]
    [InlineData("server", StackAuthProject.Id, "ssk_wrong", 401, "INVALID_SECRET_SERVER_KEY")]
    [InlineData("admin", StackAuthProject.Id, StackAuthProject.ServerKey, 401, "ADMIN_AUTHENTICATION_REQUIRED")]
    [InlineData("client", StackAuthProject.Id, null, 401, "PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT")]
    public async Task Wrong_headers_are_refused(string? type, string? project, string? key, int status, string code)
    {
        await using var server = await StackAuthProject.StartAsync();
        var headers = new Dictionary<string, string>();
        foreach (
            var (name, value) in new[] { ("X-Stack-Access-Type", type), ("X-Stack-Project-Id", project), (Key, key) }
        )
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }

        var answer = await server.SendAsync(HttpMethod.Get, "/users", body: null, headers);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("X-Stack-Publishable-Client-Key", "pck_wrong", "client", "INVALID_PUBLISHABLE_CLIENT_KEY")]
    [InlineData("X-Stack-Super-Secret-Admin-Key", "sak_wrong", "admin", "INVALID_SUPER_SECRET_ADMIN_KEY")]
    public async Task Wrong_key_is_refused(string header, string key, string type, string code)
    {
        await using var server = await StackAuthProject.StartAsync();
        var headers = new Dictionary<string, string>
        {
            ["X-Stack-Access-Type"] = type,
            ["X-Stack-Project-Id"] = StackAuthProject.Id,
            [header] = key,
        };

        Assert.Equal(code, (await server.SendAsync(HttpMethod.Get, "/users", body: null, headers)).Code);
    }

    [Fact]
    public async Task Client_may_not_read_users_or_make_sessions()
    {
        await using var server = await StackAuthProject.StartAsync();

        var users = await server.ClientAsync(HttpMethod.Get, "/users");
        var sessions = await server.ClientAsync(
            HttpMethod.Post,
            "/auth/sessions",
            new System.Text.Json.Nodes.JsonObject()
        );

        Assert.Equal((401, "INSUFFICIENT_ACCESS_TYPE"), (users.Status, users.Code));
        Assert.Equal((401, "INSUFFICIENT_ACCESS_TYPE"), (sessions.Status, sessions.Code));
    }

    [Fact]
    public async Task Token_that_is_none_is_refused()
    {
        await using var server = await StackAuthProject.StartAsync();

        Assert.Equal(
            "UNPARSABLE_ACCESS_TOKEN",
            (await server.ClientAsync(HttpMethod.Get, "/contact-channels", token: "nonsense")).Code
        );
    }

    [Theory]
    [InlineData("/api/v1/auth/password/reset")]
    [InlineData("/api/latest/nowhere")]
    public async Task Preflight_of_a_page_of_any_origin_is_answered(string path)
    {
        await using var project = await StackAuthProject.StartAsync();

        using var answer = await AskAsync(project, HttpMethod.Options, path);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("POST", Header(answer, "Access-Control-Allow-Methods"));
        Assert.All(
            ["content-type", "x-stack-access-type", "x-stack-publishable-client-key", "x-hexclave-project-id"],
            name => Assert.Contains(name, Header(answer, "Access-Control-Allow-Headers").Split(", "))
        );
    }

    [Fact]
    public async Task Page_of_any_origin_may_read_a_refusal_with_its_code()
    {
        await using var project = await StackAuthProject.StartAsync();

        using var answer = await AskAsync(project, HttpMethod.Post, "/api/v1/auth/password/reset");

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("x-stack-known-error", Header(answer, "Access-Control-Expose-Headers"));
    }

    private static async Task<HttpResponseMessage> AskAsync(StackAuthProject project, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Origin", "https://app.example.com");
        return await project.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
