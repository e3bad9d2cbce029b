using FreshTrack.Api.Auth;
using Npgsql;

namespace FreshTrack.Api.Readings;

/// <summary>A unit by its whole path, and who asks for it. All ids have to belong together.</summary>
internal sealed record UnitPath(Guid Organization, Guid Site, Guid Area, Guid Unit, Guid User)
{
    /// <summary>One row when this user may read this unit; $1 to $5 are the path.</summary>
    public const string Visible = $"""
        select 1 from units u
        join areas a on a.id = u.area_id
        join sites s on s.id = a.site_id
        join organizations o on o.id = s.organization_id
        join user_roles m on m.organization_id = o.id
        join users p on p.id = m.user_id
        where o.id = $1 and s.id = $2 and a.id = $3 and u.id = $4 and m.user_id = $5
          and m.role in {Roles.Readers} and {Roles.InGoodStanding}
          and o.deleted_at is null and s.deleted_at is null and a.deleted_at is null and u.deleted_at is null
        """;

    private const string IsVisibleSql = $"select exists ({Visible})";

    /// <summary>Only an empty answer leaves open whether there is nothing, or nothing that this user may see.</summary>
    public async Task<bool> IsVisibleAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(IsVisibleSql);
        AddTo(command);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public void AddTo(NpgsqlCommand command) => command.Add(Organization).Add(Site).Add(Area).Add(Unit).Add(User);
}
