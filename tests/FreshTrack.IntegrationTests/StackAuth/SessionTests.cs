using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class SessionTests
{
    [Fact]
    public async Task Session_of_an_unknown_user_is_refused()
    {
        await using var project = await StackAuthProject.StartAsync();

        var unknown = await project.SessionAsync(Guid.Empty.ToString());
        var none = await project.SessionAsync("42");
        var own = await project.SessionAsync("me");

        Assert.Equal((400, "USER_ID_DOES_NOT_EXIST"), (unknown.Status, unknown.Code));
        Assert.Equal(Guid.Empty.ToString(), unknown.Body["details"]!["user_id"]!.ToString());
        Assert.Equal((400, "SCHEMA_ERROR"), (none.Status, none.Code));
        Assert.Equal((400, "CANNOT_GET_OWN_USER_WITHOUT_USER"), (own.Status, own.Code));
    }

    [Theory]
    [InlineData(367d * 24 * 3_600_000, 200, null)]
    [InlineData(367d * 24 * 3_600_000 + 1, 400, "SCHEMA_ERROR")]
    [InlineData(-1, 500, null)]
    public async Task Session_lasts_367_days_at_most(double life, int status, string? code)
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        var answer = await project.SessionAsync(id, life);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Refresh_gives_a_new_access_token_until_the_session_has_expired()
    {
        await using var project = await StackAuthProject.StartAsync();
        var session = await project.SessionAsync(await project.CreateAsync("ann@example.org"), life: 3_600_000);
        project.Clock.Advance(TimeSpan.FromMinutes(11));

        var expired = await project.ClientAsync(
            HttpMethod.Get,
            "/contact-channels?user_id=me",
            token: session["access_token"]
        );
        var refreshed = await RefreshAsync(project, session);
        var read = await project.ClientAsync(
            HttpMethod.Get,
            "/contact-channels?user_id=me",
            token: refreshed["access_token"]
        );
        project.Clock.Advance(TimeSpan.FromHours(1));
        var late = await RefreshAsync(project, session);

        Assert.Equal((401, "ACCESS_TOKEN_EXPIRED"), (expired.Status, expired.Code));
        Assert.Equal(200, read.Status);
        Assert.Equal((401, "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED"), (late.Status, late.Code));
    }

    [Fact]
    public async Task Signed_out_session_gives_no_more_tokens()
    {
        await using var project = await StackAuthProject.StartAsync();
        var session = await project.SessionAsync(await project.CreateAsync("ann@example.org"));

        var ended = await project.ClientAsync(
            HttpMethod.Delete,
            "/auth/sessions/current",
            token: session["access_token"]
        );
        var again = await project.ClientAsync(
            HttpMethod.Delete,
            "/auth/sessions/current",
            token: session["access_token"]
        );

        Assert.Equal(200, ended.Status);
        Assert.Equal("REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", again.Code);
        Assert.Equal("REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", (await RefreshAsync(project, session)).Code);
    }

    [Fact]
    public async Task User_lists_and_ends_the_other_sessions_and_nobody_else_s()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var other = await project.SessionAsync(id);
        project.Clock.Advance(TimeSpan.FromSeconds(1));
        var session = await project.SessionAsync(id);
        var stranger = await project.SessionAsync(await project.CreateAsync("ben@example.org"));

        var list = await ClientAsync(HttpMethod.Get, "?user_id=me", session);
        var ids = list.Body["items"]!.AsArray().Select(item => item!["id"]!.ToString()).ToList();

        Assert.Equal("true", list.Body["items"]![0]!["is_current_session"]!.ToString());
        Assert.Equal(
            "CANNOT_DELETE_CURRENT_SESSION",
            (await ClientAsync(HttpMethod.Delete, $"/{ids[0]}", session)).Code
        );
        Assert.Equal(404, (await ClientAsync(HttpMethod.Delete, $"/{ids[1]}", stranger)).Status);
        Assert.Equal(403, (await ClientAsync(HttpMethod.Get, $"?user_id={id}", stranger)).Status);
        Assert.Equal(200, (await ClientAsync(HttpMethod.Delete, $"/{ids[1]}", session)).Status);
        Assert.Equal("REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", (await RefreshAsync(project, other)).Code);

        Task<StackAuthAnswer> ClientAsync(HttpMethod method, string path, StackAuthAnswer by) =>
            project.ClientAsync(method, $"/auth/sessions{path}", token: by["access_token"]);
    }

    [Theory]
    [InlineData("restricted_by_admin", 403, "RESTRICTED_USER_NOT_ALLOWED")]
    [InlineData("is_anonymous", 401, "ANONYMOUS_AUTHENTICATION_NOT_ALLOWED")]
    public async Task Token_of_a_restricted_user_is_refused_unless_allowed(string flag, int status, string code)
    {
        await using var project = await StackAuthProject.StartAsync();
        var session = await project.SessionAsync(await project.CreateAsync(new JsonObject { [flag] = true }));

        var answer = await project.ClientAsync(
            HttpMethod.Get,
            "/contact-channels?user_id=me",
            token: session["access_token"]
        );

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    private static Task<StackAuthAnswer> RefreshAsync(StackAuthProject project, StackAuthAnswer session)
    {
        var headers = StackAuthProject.ServerHeaders;
        headers["X-Stack-Refresh-Token"] = session["refresh_token"];
        return project.SendAsync(HttpMethod.Post, "/auth/sessions/current/refresh", body: null, headers);
    }
}
