using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Time.Testing;

namespace FreshTrack.IntegrationTests.Api.Auth;

/// <summary>Tokens that are wrong in one thing, and keys that come and go.</summary>
public sealed class ForgedTokenTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string KeyId = "key-1";

    private readonly FakeTimeProvider clock = new(ApiStage.Start);
    private KeyServer keys = null!;
    private ECDsa key = null!;
    private WebApplication api = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        keys = await KeyServer.StartAsync(Cancel);
        key = keys.NewKey(KeyId);
        api = FreshTrackApi.Build(stage.Options(stage.Database) with { StackAuthUrl = keys.Address, Clock = clock });
        await api.StartAsync(Cancel);
        client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await api.DisposeAsync();
        await keys.DisposeAsync();
    }

    [Fact]
    public async Task Token_that_is_right_in_everything_is_let_in() =>
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Good()));

    [Fact]
    public async Task Unsigned_token_is_refused()
    {
        var claims = Tokens.Claims(keys.Issuer);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Join(Tokens.Header(KeyId, "none"), claims, _ => []))
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Join(Tokens.Header(null, "none"), claims, _ => []))
        );
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Tokens.Join(Tokens.Header(KeyId), claims, _ => [])));
    }

    [Fact]
    public async Task Public_key_taken_for_a_shared_secret_is_refused()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        foreach (
            var secret in new[]
            {
                key.ExportSubjectPublicKeyInfo(),
                Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
                [.. point.X!, .. point.Y!],
            }
        )
        {
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                await AskAsync(
                    Tokens.Join(
                        Tokens.Header(KeyId, "HS256"),
                        Tokens.Claims(keys.Issuer),
                        content => HMACSHA256.HashData(secret, content)
                    )
                )
            );
        }
    }

    [Theory]
    [InlineData("iss", "https://elsewhere.example/api/v1/projects/5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0001")]
    [InlineData("aud", "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0002")]
    [InlineData("sub", "root")]
    [InlineData("iss", null)]
    [InlineData("aud", null)]
    [InlineData("sub", null)]
    [InlineData("exp", null)]
    public async Task Claim_that_is_foreign_or_missing_is_refused(string claim, string? value)
    {
        var claims = Tokens.Claims(keys.Issuer);
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Tokens.Sign(Tokens.Header(KeyId), claims, key)));
    }

    [Theory]
    [InlineData("exp", -29, HttpStatusCode.NotFound)]
    [InlineData("exp", -31, HttpStatusCode.Unauthorized)]
    [InlineData("nbf", 29, HttpStatusCode.NotFound)]
    [InlineData("nbf", 31, HttpStatusCode.Unauthorized)]
    public async Task Lifetime_has_thirty_seconds_of_skew(string claim, int seconds, HttpStatusCode expected)
    {
        var claims = Tokens.Claims(keys.Issuer);
        claims["nbf"] = ApiStage.Start.AddHours(-1).ToUnixTimeSeconds();
        claims[claim] = ApiStage.Start.AddSeconds(seconds).ToUnixTimeSeconds();

        Assert.Equal(expected, await AskAsync(Tokens.Sign(Tokens.Header(KeyId), claims, key)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d.e")]
    [InlineData("eyJhbGciOiJFUzI1NiIsImtpZCI6ImtleS0xIn0.bm90IGpzb24.AAAA")]
    [InlineData("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoia2V5LTEifQ..AAAA.AAAA.AAAA")]
    public async Task Text_that_is_no_token_is_refused(string token) =>
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));

    [Fact]
    public async Task Token_without_a_key_id_or_of_an_unknown_key_is_refused()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Sign(Tokens.Header(null), Tokens.Claims(keys.Issuer), key))
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Sign(Tokens.Header("key-9"), Tokens.Claims(keys.Issuer), stranger))
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Sign(Tokens.Header(KeyId), Tokens.Claims(keys.Issuer), stranger))
        );
    }

    [Fact]
    public async Task Remembered_token_still_expires_and_still_needs_its_key()
    {
        var token = Good(minutes: 60);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(token));

        keys.Keys.Clear();
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(token));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
    }

    [Fact]
    public async Task Keys_are_read_once_and_for_unknown_ones_at_most_every_thirty_seconds()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(Good())));
        Assert.Equal(1, keys.Asked);

        var second = keys.NewKey("key-2");
        var rotated = Tokens.Sign(Tokens.Header("key-2"), Tokens.Claims(keys.Issuer), second);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(rotated));
        Assert.Equal(1, keys.Asked);

        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(rotated));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Good()));
        Assert.Equal(2, keys.Asked);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(200, "<html>welcome</html>")]
    [InlineData(200, "[1]")]
    public async Task Without_Stack_Auth_known_keys_stay_good_and_unknown_ones_are_put_off(int status, string body)
    {
        var remembered = Good(minutes: 60);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(remembered));
        keys.Broken = (status, body);
        clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(remembered));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Good(minutes: 60)));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await AskAsync(Tokens.Sign(Tokens.Header("key-2"), Tokens.Claims(keys.Issuer), key))
        );
        Assert.Equal(2, keys.Asked);

        keys.Broken = null;
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await AskAsync(Tokens.Sign(Tokens.Header("key-2"), Tokens.Claims(keys.Issuer), key))
        );
    }

    private string Good(int minutes = 10)
    {
        var claims = Tokens.Claims(keys.Issuer);
        claims["exp"] = ApiStage.Start.AddMinutes(minutes).ToUnixTimeSeconds();
        return Tokens.Sign(Tokens.Header(KeyId), claims, key);
    }

    /// <returns>404 for who is let in: the organization does not exist. 401 for who is not.</returns>
    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri($"/api/orgs/{Guid.Empty}/readings/latest", UriKind.Relative)
        );
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var response = await client.SendAsync(request, Cancel);
        Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["error"]!["code"]);
        return response.StatusCode;
    }
}
