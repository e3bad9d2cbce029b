using FreshTrack.Api.Auth;
using Npgsql;

namespace FreshTrack.Api.Areas;

/// <summary>A site by its path, and who asks for it.</summary>
internal sealed record SitePath(Guid Organization, Guid Site, Guid User);

/// <summary>What became of a wish for a new area.</summary>
internal abstract record Creation
{
    public sealed record Created(Area Area) : Creation;

    public sealed record NoSuchSite : Creation;

    public sealed record NotAllowed : Creation;

    public sealed record NameTaken : Creation;
}

/// <summary>Lists and creates a site's areas; who may do so is decided in the SQL itself.</summary>
internal sealed class AreasStore(NpgsqlDataSource database)
{
    private const string Columns =
        "a.id, a.site_id, a.name, a.description, a.sort_order, a.is_active, a.created_at, a.updated_at";

    private const string VisibleSite = $"""
        sites s
        join organizations o on o.id = s.organization_id
        join user_roles m on m.organization_id = o.id and m.role in {Roles.Readers}
        join users p on p.id = m.user_id and {Roles.InGoodStanding}
        """;

    private const string ThisSite =
        "o.id = $1 and s.id = $2 and m.user_id = $3 and o.deleted_at is null and s.deleted_at is null";

    // A site without areas is one row of nulls, a site that cannot be seen is none.
    private const string ListSql = $"""
        select {Columns}
        from {VisibleSite}
        left join areas a on a.site_id = s.id and a.deleted_at is null
        where {ThisSite}
        order by a.sort_order, a.name, a.id
        """;

    // Holds the site, so that two who want the same name come one after the other. Moved data may hold a name twice,
    // hence no unique index.
    private const string LockSql =
        $"select m.role in {Roles.PlaceManagers} from {VisibleSite} where {ThisSite} for no key update of s";

    private const string InsertSql = $"""
        insert into areas as a (site_id, name, description, sort_order)
        select s.id, $4, $5, $6
        from {VisibleSite}
        where {ThisSite} and m.role in {Roles.PlaceManagers}
          and not exists (
            select 1 from areas x where x.site_id = s.id and x.deleted_at is null and lower(x.name) = lower($4))
        returning {Columns}
        """;

    /// <returns>Null when there is no such site, or none that this user may see.</returns>
    public async Task<IReadOnlyList<Area>?> ListAsync(SitePath path, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ListSql).Add(path.Organization).Add(path.Site).Add(path.User);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        List<Area>? areas = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            areas ??= [];
            if (Row(reader) is { } area)
            {
                areas.Add(area);
            }
        }

        return areas;
    }

    public async Task<Creation> CreateAsync(SitePath path, NewArea area, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(path.Organization).Add(path.Site).Add(path.User));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(InsertSql)
                .Add(path.Organization)
                .Add(path.Site)
                .Add(path.User)
                .Add(area.Name!.Trim())
                .Add(area.Description)
                .Add(area.SortOrder ?? 0)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return new Creation.NoSuchSite();
        }

        var allowed = reader.GetBoolean(0);
        await reader.NextResultAsync(cancellationToken);
        return !allowed ? new Creation.NotAllowed()
            : await reader.ReadAsync(cancellationToken) ? new Creation.Created(Row(reader)!)
            : new Creation.NameTaken();
    }

    private static Area? Row(NpgsqlDataReader row) =>
        row.IsDBNull(0)
            ? null
            : new Area(
                row.GetGuid(0),
                row.GetGuid(1),
                row.GetString(2),
                row.IsDBNull(3) ? null : row.GetString(3),
                row.GetInt32(4),
                row.GetBoolean(5),
                row.GetDateTime(6),
                row.GetDateTime(7)
            );
}
