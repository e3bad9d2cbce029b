using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.Api.Auth;

/// <summary>Lets in who brings an access token of our Stack Auth project: ES256, issuer, audience, lifetime with 30 s of skew.</summary>
internal static class StackAuthTokens
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddStackAuth(this IServiceCollection services, ApiOptions options)
    {
        var issuer = $"{options.StackAuthUrl.AbsoluteUri.TrimEnd('/')}/api/v1/projects/{options.StackAuthProject}";
        services.AddSingleton(_ => new JwksKeys(new HttpClient { Timeout = TimeSpan.FromSeconds(5) }, new Uri($"{issuer}/.well-known/jwks.json")));
        services.AddAuthorization();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();

        // Comes along with authentication to write cookie keys into the home folder; there are no cookies, and the folder is read-only.
        foreach (var service in services.Where(s => s.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) is true
            && s.ServiceType == typeof(IHostedService)).ToArray())
        {
            services.Remove(service);
        }

        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<JwksKeys>((bearer, keys) =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = Rules(issuer, options, keys);
            bearer.Events = new JwtBearerEvents
            {
                OnMessageReceived = context => LoadKeyAsync(context, keys),
                OnTokenValidated = context =>
                {
                    if (!Guid.TryParse(context.Principal?.FindFirstValue(JwtRegisteredClaimNames.Sub), out _))
                    {
                        context.Fail("The subject is not a user id.");
                    }

                    return Task.CompletedTask;
                },
                OnChallenge = context =>
                {
                    context.HandleResponse();
                    context.Response.Headers.WWWAuthenticate = JwtBearerDefaults.AuthenticationScheme;
                    return ApiErrors.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "UNAUTHORIZED", "A valid access token is required.");
                },
            };
        });
        return services;
    }

    /// <summary>The Stack Auth id of who asks: the token's subject.</summary>
    public static Guid StackAuthId(this ClaimsPrincipal user) => Guid.Parse(user.FindFirstValue(JwtRegisteredClaimNames.Sub)!);

    private static TokenValidationParameters Rules(string issuer, ApiOptions options, JwksKeys keys) => new()
    {
        ValidIssuer = issuer,
        ValidAudience = options.StackAuthProject,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Named(keyId),
        // The framework would ask the system's clock; rehearsals run on another.
        LifetimeValidator = (notBefore, expires, _, _) =>
        {
            var now = options.Clock.GetUtcNow().UtcDateTime;
            return expires + Skew > now && (notBefore is null || notBefore - Skew <= now);
        },
    };

    /// <summary>Reads the keys before the token is judged: judging itself cannot wait for them.</summary>
    private static async Task LoadKeyAsync(MessageReceivedContext context, JwksKeys keys)
    {
        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (KeyId(header[scheme.Length..].Trim()) is { } keyId)
        {
            await keys.EnsureAsync(keyId, context.HttpContext.RequestAborted);
        }
        else
        {
            context.Fail("The token is not a JWT that names its key.");
        }
    }

    private static string? KeyId(string token)
    {
        try
        {
            return new JsonWebToken(token).Kid is { Length: > 0 } keyId ? keyId : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
