using System.Collections.Concurrent;
using System.Security.Claims;
using FreshTrack.Api.Monitoring;
using Microsoft.IdentityModel.JsonWebTokens;
using Npgsql;

namespace FreshTrack.Api.Auth;

/// <summary>Gives everybody whom Stack Auth lets in a row in <c>users</c>: who signed up after the move has none until
/// their first valid token.</summary>
/// <remarks>An address that another row holds is refused: it may be a moved user's whose id in Stack Auth is not known
/// here, and whose account it is is not for a program to guess. Without an address there is no row, and nothing to be
/// seen.</remarks>
internal sealed class NewUsers(
    RequestDelegate next,
    NpgsqlDataSource database,
    TimeProvider clock,
    ILogger<NewUsers> logger
)
{
    private const int Remembered = 4_096;

    private const string VerifiedClaim = "email_verified";

    private const string KnownSql = "select exists (select from users where id = $1)";

    private const string KnowSql = "select api.know_user($1, $2, $3, $4, $5)";

    private readonly ConcurrentDictionary<Guid, bool> known = new();

    public async Task InvokeAsync(HttpContext context)
    {
        if (
            context.User.Identity is { IsAuthenticated: true }
            && ApiPaths.IsApi(context.Request.Path)
            && !await IsKnownAsync(context.User, context.RequestAborted)
        )
        {
            await ApiErrors.WriteAsync(
                context,
                StatusCodes.Status409Conflict,
                "EMAIL_TAKEN",
                "Another FreshTrack account has this e-mail address. Sign in with the account that you had, or ask "
                    + "support to connect the two."
            );
            return;
        }

        await next(context);
    }

    /// <returns>False for a new user whose address is another's.</returns>
    private async Task<bool> IsKnownAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var id = user.StackAuthId();
        if (known.ContainsKey(id))
        {
            return true;
        }

        if (!await HasRowAsync(id, cancellationToken))
        {
            if (Text(user, JwtRegisteredClaimNames.Email) is not { } address)
            {
                return true;
            }

            var holder = await KnowAsync(id, address, user, cancellationToken);
            if (holder != id)
            {
                AuthMetrics.AddressTaken.Inc();
                logger.AddressTaken(id, holder);
                return false;
            }

            AuthMetrics.UserMade.Inc();
            logger.UserMade(id);
        }

        // Forgetting all of them costs one look-up each; keeping count of their age would cost more.
        if (known.Count >= Remembered)
        {
            known.Clear();
        }

        return known[id] = true;
    }

    private async Task<bool> HasRowAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(KnownSql).Add(id);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<Guid> KnowAsync(
        Guid id,
        string address,
        ClaimsPrincipal user,
        CancellationToken cancellationToken
    )
    {
        await using var command = database
            .CreateCommand(KnowSql)
            .Add(id)
            .Add(address)
            .Add(bool.TryParse(user.FindFirstValue(VerifiedClaim), out var isVerified) && isVerified)
            .Add(Text(user, JwtRegisteredClaimNames.Name))
            .Add(clock.GetUtcNow().UtcDateTime);
        return (Guid)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>A claim that says something; PostgreSQL's text has no place for U+0000.</summary>
    private static string? Text(ClaimsPrincipal user, string claim) =>
        user.FindFirstValue(claim)?.Replace("\0", "").Trim() is { Length: > 0 } text ? text : null;
}
