using Npgsql;

namespace FreshTrack.Api.Commands;

/// <summary>An organization as somebody names it on a command line: by its id or its slug.</summary>
internal static class OrganizationName
{
    private const string FindSql = """
        select id, deleted_at is not null from organizations where id::text = lower($1) or slug = $1 order by id
        """;

    /// <returns>The organization, or why none is meant.</returns>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<(Guid Id, string? Problem)> FindAsync(
        NpgsqlDataSource database,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(FindSql).Add(name);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = await rows.ListAsync(row => (Id: row.GetGuid(0), IsDeleted: row.GetBoolean(1)), cancellationToken);
        var open = found.Where(organization => !organization.IsDeleted).ToArray();
        return (open.Length, found.Count) switch
        {
            (1, _) => (open[0].Id, null),
            (0, 0) => (Guid.Empty, $"There is no organization '{name}'. Give its id or its slug."),
            (0, _) => (Guid.Empty, $"The organization '{name}' was deleted."),
            _ => (
                Guid.Empty,
                $"{open.Length} organizations have the slug '{name}'. Give an id: "
                    + $"{string.Join(", ", open.Select(organization => organization.Id))}."
            ),
        };
    }
}
