using FreshTrack.Clients.StackAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Users;

/// <summary>Reads the users that move.</summary>
internal static class SourceUsers
{
    /// <summary>Users without an address are among them, with an empty one.</summary>
    public static Task<List<SourceUser>> ReadAsync(
        NpgsqlConnection source,
        TableProjection users,
        CancellationToken cancellationToken
    ) =>
        source.ListAsync(
            Sql.Format(
                $"""
                select u.id, {UserSql.Email}, {UserSql.IsConfirmed}, {UserSql.Name},
                  case when {UserSql.IsDeleted} then 'deleted' when {UserSql.IsBanned} then 'banned' end
                from {UserSql.Moved(users)}
                order by u.id
                """
            ),
            row => new SourceUser(
                row.GetGuid(0),
                row.GetString(1),
                row.GetBoolean(2),
                row.IsDBNull(3) ? null : row.GetString(3)
            )
            {
                Restriction = row.IsDBNull(4) ? null : $"The account was {row.GetString(4)} before the move.",
            },
            cancellationToken
        );
}
