using System.Net;
using FreshTrack.StackAuth;

namespace FreshTrack.IntegrationTests.Api;

public sealed class TokenTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")]
    public async Task Token_that_is_none_is_refused_with_the_contract_s_error(string? token)
    {
        var (status, body) = await stage.Client.ReadAsync(await PathAsync(), token, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("UNAUTHORIZED", body["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Token_ends_thirty_seconds_after_it_expires_on_the_API_s_clock()
    {
        var path = await PathAsync();
        var token = await stage.SignInAsync(organization: null, Cancel);

        stage.Clock.Advance(TimeSpan.FromSeconds(625));
        Assert.Equal(HttpStatusCode.NotFound, (await stage.Client.ReadAsync(path, token, Cancel)).Status);
        stage.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stage.Client.ReadAsync(path, token, Cancel)).Status);
    }

    [Fact]
    public async Task Token_changed_after_it_was_signed_is_refused()
    {
        var token = await stage.SignInAsync(organization: null, Cancel);
        var parts = token.Split('.');
        var forged = $"{parts[0]}.{parts[1]}.{new string(parts[2].Reverse().ToArray())}";

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await stage.Client.ReadAsync(await PathAsync(), forged, Cancel)).Status
        );
    }

    [Fact]
    public async Task Token_of_another_project_is_refused()
    {
        // Another project of the same Stack Auth, so that issuer and audience are foreign.
        await using var foreign = StackAuthServer.Build(
            new StackAuthOptions
            {
                ProjectId = "another",
                ServerKey = "ssk",
                Clock = stage.Clock,
                Listen = "http://127.0.0.1:0",
            }
        );
        await foreign.StartAsync(Cancel);
        using var client = ApiStage.ServerClient(foreign.Urls.First(), "another", "ssk");
        var token = await ApiStage.TokenAsync(client, Cancel);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await stage.Client.ReadAsync(await PathAsync(), token.AccessToken, Cancel)).Status
        );
    }

    private async Task<string> PathAsync() => (await Given.AnOrganizationWithAUnit(stage, Cancel)).ReadingsPath;
}
