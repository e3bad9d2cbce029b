using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.IntegrationTests.Api.Auth;

/// <summary>Tokens made by hand, so that every part of them can be wrong.</summary>
internal static class Tokens
{
    public static JsonObject Header(string? keyId, string algorithm = "ES256") =>
        keyId is null
            ? new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" }
            : new JsonObject
            {
                ["alg"] = algorithm,
                ["typ"] = "JWT",
                ["kid"] = keyId,
            };

    /// <summary>The claims of a token that is good for ten minutes from the clock's start.</summary>
    public static JsonObject Claims(string issuer) =>
        new()
        {
            ["iss"] = issuer,
            ["aud"] = ApiStage.Project,
            ["sub"] = Guid.CreateVersion7().ToString(),
            ["nbf"] = ApiStage.Start.ToUnixTimeSeconds(),
            ["iat"] = ApiStage.Start.ToUnixTimeSeconds(),
            ["exp"] = ApiStage.Start.AddMinutes(10).ToUnixTimeSeconds(),
        };

    public static string Sign(JsonObject header, JsonObject claims, ECDsa key) =>
        Join(header, claims, content => key.SignData(content, HashAlgorithmName.SHA256));

    public static string Join(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var content =
            $"{Base64UrlEncoder.Encode(header.ToJsonString())}.{Base64UrlEncoder.Encode(claims.ToJsonString())}";
        return $"{content}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(content)))}";
    }
}
