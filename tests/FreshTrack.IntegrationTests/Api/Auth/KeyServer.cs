using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.IntegrationTests.Api.Auth;

/// <summary>Publishes whatever keys a test gives it, the way Stack Auth does, and can be broken.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private KeyServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public string Issuer => $"{app.Urls.First()}/api/v1/projects/{ApiStage.Project}";

    /// <summary>Public keys by their id.</summary>
    public Dictionary<string, ECDsa> Keys { get; } = new();

    /// <summary>What is answered in place of the keys: a status and a body.</summary>
    public (int Status, string Body)? Broken { get; set; }

    public int Asked { get; private set; }

    public static async Task<KeyServer> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new KeyServer(builder.Build());
        server.app.MapGet($"/api/v1/projects/{ApiStage.Project}/.well-known/jwks.json", server.Answer);
        await server.app.StartAsync(cancellationToken);
        return server;
    }

    public ECDsa NewKey(string id)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Keys[id] = key;
        return key;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Answer()
    {
        Asked++;
        return Broken is { } broken
            ? Results.Text(broken.Body, "application/json", statusCode: broken.Status)
            : Results.Text(
                new JsonObject
                {
                    ["keys"] = new JsonArray([.. Keys.Select(key => Public(key.Key, key.Value))]),
                }.ToJsonString(),
                "application/json"
            );
    }

    private static JsonObject Public(string id, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
            ["kid"] = id,
            ["alg"] = "ES256",
        };
    }
}
