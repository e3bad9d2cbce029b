using Npgsql;

namespace FreshTrack.Api.Auth;

/// <summary>Whether a user belongs to an organization and may read what it owns.</summary>
internal static class Membership
{
    /// <summary>A query of one row where they do, and none where not:
    /// $1 the organization, $2 the user. <c>m.role</c> is the role.</summary>
    public const string Sql = $"""
        select m.role from user_roles m
        join users p on p.id = m.user_id
        join organizations o on o.id = m.organization_id
        where o.id = $1 and m.user_id = $2 and m.role in {Roles.Readers}
          and {Roles.InGoodStanding} and o.deleted_at is null
        """;

    public static async Task<bool> ExistsAsync(
        NpgsqlDataSource database,
        Guid organization,
        Guid user,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand($"select exists ({Sql})").Add(organization).Add(user);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
