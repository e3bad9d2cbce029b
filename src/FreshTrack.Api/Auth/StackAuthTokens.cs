using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FreshTrack.Api.Auth;

/// <summary>Lets in who brings an access token of our Stack Auth project;
/// login, signup and reset stay with Stack Auth.</summary>
internal static class StackAuthTokens
{
    private const long LargestKeySet = 1024 * 1024;

    public static IServiceCollection AddStackAuth(this IServiceCollection services, ApiOptions options)
    {
        services.AddSingleton(_ => new JwksKeys(
            new HttpClient { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = LargestKeySet },
            new Uri($"{options.StackAuthIssuer}/.well-known/jwks.json"),
            options.Clock
        ));
        services.AddSingleton<AccessTokens>();
        services.AddAuthorization();
        services
            .AddAuthentication(StackAuthHandler.Bearer)
            .AddScheme<AuthenticationSchemeOptions, StackAuthHandler>(StackAuthHandler.Bearer, configureOptions: null);

        // Comes along with authentication to write cookie keys into the home folder; there are no cookies, and the
        // folder is read-only.
        foreach (
            var service in services
                .Where(s =>
                    s.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection") is true
                    && s.ServiceType == typeof(IHostedService)
                )
                .ToArray()
        )
        {
            services.Remove(service);
        }

        return services;
    }

    /// <summary>The Stack Auth id of who asks: the token's subject.</summary>
    public static Guid StackAuthId(this ClaimsPrincipal user) =>
        Guid.Parse(user.FindFirstValue(JwtRegisteredClaimNames.Sub)!);
}
