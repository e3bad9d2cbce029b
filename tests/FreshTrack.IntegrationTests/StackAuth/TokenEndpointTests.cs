using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>The token endpoint of OAuth 2, and what the official clients ask of every answer.</summary>
public sealed class TokenEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_token_gives_another_access_token_and_stays()
    {
        await using var project = await StackAuthProject.StartAsync();
        var session = await project.SessionAsync(await project.CreateAsync("ann@example.org"));
        project.Clock.Advance(TimeSpan.FromMinutes(11));

        var answer = await ExchangeAsync(project, session["refresh_token"]);

        Assert.Equal((200, "Bearer"), (answer.Status, $"{answer.Body["token_type"]}"));
        Assert.False(answer.Body.ContainsKey("refresh_token"));
        Assert.Equal(
            200,
            (await project.ClientAsync(HttpMethod.Get, "/users/me", token: $"{answer.Body["access_token"]}")).Status
        );
    }

    [Theory]
    [InlineData(
        "refresh_token",
        "nothing",
        StackAuthProject.Id,
        StackAuthProject.ClientKey,
        401,
        "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED"
    )]
    [InlineData("refresh_token", "", StackAuthProject.Id, StackAuthProject.ClientKey, 400, "invalid_request")]
    [InlineData("refresh_token", "nothing", StackAuthProject.Id, "pck_other", 400, "INVALID_OAUTH_CLIENT_ID_OR_SECRET")]
    [InlineData(
        "refresh_token",
        "nothing",
        StackAuthProject.Id,
        "",
        401,
        "PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT"
    )]
    [InlineData(
        "refresh_token",
        "nothing",
        "another",
        StackAuthProject.ClientKey,
        400,
        "INVALID_OAUTH_CLIENT_ID_OR_SECRET"
    )]
    [InlineData(
        "authorization_code",
        "",
        StackAuthProject.Id,
        StackAuthProject.ClientKey,
        400,
        "INVALID_AUTHORIZATION_CODE"
    )]
    [InlineData("password", "", StackAuthProject.Id, StackAuthProject.ClientKey, 400, "SCHEMA_ERROR")]
    public async Task Wrong_requests_are_refused(
        string grant,
        string token,
        string client,
        string secret,
        int status,
        string code
    )
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await ExchangeAsync(project, token, grant, client, secret);

        Assert.Equal((status, code), (answer.Status, $"{answer.Body["code"] ?? answer.Body["error"]}"));
    }

    [Fact]
    public async Task Status_of_a_refusal_is_hidden_from_those_who_ask_for_it()
    {
        await using var project = await StackAuthProject.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/users/me");
        request.Headers.Add("X-Hexclave-Access-Type", "client");
        request.Headers.Add("X-Hexclave-Project-Id", StackAuthProject.Id);
        request.Headers.Add("X-Hexclave-Publishable-Client-Key", StackAuthProject.ClientKey);
        request.Headers.Add("X-Hexclave-Override-Error-Status", "true");

        using var response = await project.Http.SendAsync(request, Cancel);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("400", Assert.Single(response.Headers.GetValues("X-Stack-Actual-Status")));
        Assert.Equal(
            "CANNOT_GET_OWN_USER_WITHOUT_USER",
            Assert.Single(response.Headers.GetValues("X-Stack-Known-Error"))
        );
    }

    private static async Task<(int Status, JsonObject Body)> ExchangeAsync(
        StackAuthProject project,
        string token,
        string grant = "refresh_token",
        string client = StackAuthProject.Id,
        string secret = StackAuthProject.ClientKey
    )
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = grant,
                ["client_id"] = client,
                ["client_secret"] = secret,
                ["refresh_token"] = token,
            }
        );
        using var response = await project.Http.PostAsync(
            new Uri("/api/v1/auth/oauth/token", UriKind.Relative),
            form,
            Cancel
        );
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!.AsObject());
    }
}
