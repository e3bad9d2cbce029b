using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FreshTrack.Api.Auth;

/// <summary>Judges access tokens of our Stack Auth project:
/// ES256, issuer, audience, lifetime with 30 s of skew.</summary>
/// <remarks>A signature is verified once; the token is then remembered
/// for as long as its key is known and it has not expired.</remarks>
internal sealed class AccessTokens(JwksKeys keys, ApiOptions options)
{
    private const int Remembered = 4_096;

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, Verified> verified = new();

    /// <returns>Who brings the token; null when it is none that lets anybody in.</returns>
    /// <exception cref="HttpRequestException">Its key is not known and Stack Auth does not answer.</exception>
    public async ValueTask<ClaimsPrincipal?> FindUserAsync(string token, CancellationToken cancellationToken)
    {
        if (
            verified.TryGetValue(token, out var known)
            && ReferenceEquals(known.Key, await keys.FindAsync(known.Key.KeyId, cancellationToken))
            && IsAlive(known.NotBefore, known.Expires)
        )
        {
            return known.User;
        }

        return await VerifyAsync(token, cancellationToken) is { } fresh ? Remember(token, fresh).User : null;
    }

    private async Task<Verified?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (KeyId(token) is not { } keyId || await keys.FindAsync(keyId, cancellationToken) is not { } key)
        {
            return null;
        }

        var result = await handler.ValidateTokenAsync(token, Rules(key));
        return result is { IsValid: true, SecurityToken: JsonWebToken jwt } && Guid.TryParse(jwt.Subject, out _)
            ? new Verified(new ClaimsPrincipal(result.ClaimsIdentity), key, jwt.ValidFrom, jwt.ValidTo)
            : null;
    }

    private Verified Remember(string token, Verified fresh)
    {
        // Forgetting all of them costs one verification each; keeping count of their age would cost more.
        if (verified.Count >= Remembered)
        {
            verified.Clear();
        }

        return verified[token] = fresh;
    }

    private TokenValidationParameters Rules(SecurityKey key) =>
        new()
        {
            ValidIssuer = options.StackAuthIssuer,
            ValidAudience = options.StackAuthProject,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            IssuerSigningKey = key,
            // The library would ask the system's clock; rehearsals run on another.
            LifetimeValidator = (notBefore, expires, _, _) =>
                expires is { } end && IsAlive(notBefore ?? DateTime.MinValue, end),
        };

    private bool IsAlive(DateTime notBefore, DateTime expires)
    {
        var now = options.Clock.GetUtcNow().UtcDateTime;
        return now - expires < Skew && notBefore - now <= Skew;
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

    private sealed record Verified(ClaimsPrincipal User, SecurityKey Key, DateTime NotBefore, DateTime Expires);
}
