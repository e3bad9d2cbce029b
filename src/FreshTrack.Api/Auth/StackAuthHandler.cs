using System.Security.Claims;
using System.Text.Encodings.Web;
using FreshTrack.Api.Monitoring;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace FreshTrack.Api.Auth;

/// <summary>Reads <c>Authorization: Bearer …</c> and answers who may not pass in the contract's words.</summary>
internal sealed class StackAuthHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes,
    ILoggerFactory logging,
    UrlEncoder encoder,
    AccessTokens tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, logging, encoder)
{
    public const string Bearer = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string prefix = Bearer + " ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await FindUserAsync(header[prefix.Length..].Trim()) is not { } user)
        {
            AuthMetrics.Refused.Inc();
            return AuthenticateResult.Fail("The token lets nobody in.");
        }

        AuthMetrics.Accepted.Inc();
        return AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Bearer;
        return ApiErrors.WriteAsync(
            Context,
            StatusCodes.Status401Unauthorized,
            "UNAUTHORIZED",
            "A valid access token is required."
        );
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ApiErrors.WriteAsync(Context, StatusCodes.Status403Forbidden, "FORBIDDEN", "This is not allowed.");

    private async ValueTask<ClaimsPrincipal?> FindUserAsync(string token)
    {
        try
        {
            return await tokens.FindUserAsync(token, Context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            AuthMetrics.NotJudged.Inc();
            throw;
        }
    }
}
