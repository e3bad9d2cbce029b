using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class AccessTokenTests
{
    [Fact]
    public async Task Claims_are_those_that_Stack_Auth_documents()
    {
        await using var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                PublicUrl = "https://auth.example.com/",
            }
        );
        var id = await project.CreateAsync(new JsonObject());

        var claims = Claims((await project.SessionAsync(id))["access_token"]);

        Assert.Equal(
            "sub,project_id,branch_id,refresh_token_id,role,name,email,email_verified,selected_team_id,signed_up_at,"
                + "is_anonymous,is_restricted,restricted_reason,requires_totp_mfa,iss,iat,aud,exp",
            string.Join(',', claims.Select(claim => claim.Key))
        );
        Assert.Null(claims["name"]);
        Assert.Null(claims["email"]);
        Assert.Equal(id, claims["sub"]!.ToString());
        Assert.Equal($"https://auth.example.com/api/v1/projects/{StackAuthProject.Id}", claims["iss"]!.ToString());
        Assert.Equal(StackAuthProject.Id, claims["aud"]!.ToString());
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(366d * 24 * 3_600_000)]
    public async Task Access_token_lives_ten_minutes_however_long_the_session_lasts(double life)
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        var claims = Claims((await project.SessionAsync(id, life))["access_token"]);

        Assert.Equal(600, claims["exp"]!.GetValue<long>() - claims["iat"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("restricted_by_admin", "restricted_by_administrator", "-restricted-users", ":restricted")]
    [InlineData("is_anonymous", "anonymous", "-anonymous-users", ":anon")]
    public async Task Restricted_and_anonymous_users_have_an_issuer_and_an_audience_of_their_own(
        string flag,
        string reason,
        string issuer,
        string audience
    )
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync(new JsonObject { [flag] = true });

        var claims = Claims((await project.SessionAsync(id))["access_token"]);

        Assert.Equal(reason, claims["restricted_reason"]!["type"]!.ToString());
        Assert.True(claims["is_restricted"]!.GetValue<bool>());
        Assert.EndsWith($"/api/v1/projects{issuer}/{StackAuthProject.Id}", claims["iss"]!.ToString());
        Assert.Equal(StackAuthProject.Id + audience, claims["aud"]!.ToString());
    }

    [Fact]
    public async Task User_without_a_verified_address_is_restricted_where_the_project_demands_one()
    {
        await using var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                RequiresEmailVerification = true,
            }
        );
        var id = await project.CreateAsync("ann@example.org", verified: false);

        var claims = Claims((await project.SessionAsync(id))["access_token"]);

        Assert.Equal("email_not_verified", claims["restricted_reason"]!["type"]!.ToString());
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("?include_restricted=true", 4)]
    [InlineData("?include_anonymous=true", 6)]
    public async Task Every_audience_has_two_keys_and_those_of_restricted_users_are_asked_for(string query, int keys)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await KeysAsync(project, StackAuthProject.Id + $"/.well-known/jwks.json{query}");

        var published = answer.Body["keys"]!.AsArray();
        Assert.Equal(keys, published.Select(key => key!["kid"]!.ToString()).Distinct().Count());
        Assert.Equal("kty,alg,crv,x,y,kid", string.Join(',', published[0]!.AsObject().Select(field => field.Key)));
    }

    [Fact]
    public async Task First_key_of_the_audience_signs()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var token = (await project.SessionAsync(id))["access_token"];

        var keys = await KeysAsync(project, StackAuthProject.Id + "/.well-known/jwks.json");

        var header = JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[0]))!;
        Assert.Equal("ES256", header["alg"]!.ToString());
        Assert.Equal(keys.Body["keys"]![0]!["kid"]!.ToString(), header["kid"]!.ToString());
    }

    [Fact]
    public async Task Keys_of_an_unknown_project_are_not_found()
    {
        await using var project = await StackAuthProject.StartAsync();

        Assert.Equal(404, (await KeysAsync(project, "another/.well-known/jwks.json")).Status);
    }

    private static Task<StackAuthAnswer> KeysAsync(StackAuthProject project, string path) =>
        project.SendAsync(HttpMethod.Get, $"/projects/{path}", body: null, new Dictionary<string, string>());

    private static JsonObject Claims(string token) =>
        JsonNode.Parse(Base64UrlEncoder.Decode(token.Split('.')[1]))!.AsObject();
}
