using FreshTrack.Api.Auth;
using FreshTrack.Api.Ingestion;
using Microsoft.AspNetCore.Authentication;
using Npgsql;

namespace FreshTrack.Api.Operations;

/// <summary>Whose requests maintenance lets through: those about the canary organization, by its members and by its
/// webhook secret.</summary>
/// <remarks>Who has just signed up belongs to no organization yet, and is let through to be told so: a sign-up can be
/// tried during maintenance. A member who belongs to other organizations as well reaches only the canary.</remarks>
internal sealed class CanaryRequests(NpgsqlDataSource database, DeviceDirectory directory)
{
    private const string MayPassSql = $"""
        select exists ({Membership.Sql}) or not exists (select from user_roles where user_id = $2)
        """;

    public async ValueTask<bool> IncludeAsync(HttpContext context, Guid canary) =>
        ApiPaths.IsIngestion(context.Request.Path)
            ? await directory.FindOrganizationAsync(context) == canary
            : Guid.TryParse(context.GetRouteValue("org") as string, out var organization)
                && organization == canary
                && await context.AuthenticateAsync() is { Succeeded: true, Principal: var user }
                && await MayPassAsync(canary, user.StackAuthId(), context.RequestAborted);

    private async Task<bool> MayPassAsync(Guid canary, Guid user, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(MayPassSql).Add(canary).Add(user);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
