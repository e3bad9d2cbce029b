using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Takes the rights to write a table from everybody but its owner, and keeps in
/// <see cref="OwnNames.Revoked"/> what was taken.</summary>
internal static class WriteRights
{
    private static readonly Sql Held = new(
        """
        select c.oid::regclass as relation, g.name as grantee, a.privilege_type as privilege,
               bool_or(a.is_grantable) as grantable, string_agg(distinct pg_get_userbyid(a.grantor), ', ') as grantors
        from pg_class c
        cross join lateral aclexplode(c.relacl) a
        left join pg_roles r on r.oid = a.grantee
        cross join lateral (select case a.grantee when 0 then 'public' else quote_ident(r.rolname) end as name) g
        where c.oid = $1::regclass and a.grantee <> c.relowner
          and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
        group by 1, 2, 3
        """
    );

    private static readonly Sql Keep = Sql.Format(
        $"insert into {OwnNames.Revoked} select relation, grantee, privilege, grantable from ({Held}) held "
            + $"on conflict do nothing"
    );

    // A server only warns when it revokes nothing, so what is still held is asked for.
    private static readonly Sql Forget = Sql.Format(
        $"""
        delete from {OwnNames.Revoked} kept using ({Held}) held
        where (kept.relation, kept.grantee, kept.privilege) = (held.relation, held.grantee, held.privilege)
        """
    );

    private static readonly Sql Revoke = Sql.Format(
        $"select format('revoke %s on %s from %s cascade', privilege, relation, grantee) from ({Held}) held order by 1"
    );

    private static readonly Sql Remaining = Sql.Format(
        $"""
        select format('revoke %s on %s from %s: granted by %s, which this role may not become',
                      string_agg(privilege, ', ' order by privilege), relation, grantee, grantors)
        from ({Held}) held group by relation, grantee, grantors order by 1
        """
    );

    // A role or a table that is gone has taken its rights along.
    private static readonly Sql Again = Sql.Format(
        $"""
        select format('grant %s on %s to %s%s', privilege, relation, grantee,
                      case when grantable then ' with grant option' else '' end)
        from {OwnNames.Revoked}
        where relation in (select oid from pg_class)
          and (grantee = 'public' or grantee in (select quote_ident(rolname) from pg_roles))
        """
    );

    /// <summary>Who lost a right to the freeze, quoted as in SQL; nobody where nothing was frozen.</summary>
    public static async Task<string[]> LosersAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<bool>(
            Sql.Format($"select to_regclass({Sql.Literal(Sql.Format($"{OwnNames.Revoked}").Text)}) is not null"),
            cancellationToken
        )
            ?
            [
                .. await connection.ListAsync(
                    Sql.Format($"select distinct grantee from {OwnNames.Revoked}"),
                    row => row.GetString(0),
                    cancellationToken
                ),
            ]
            : [];

    /// <returns>What this role was not allowed to revoke, a line for each holder.</returns>
    public static async Task<IReadOnlyList<string>> RevokeAsync(
        NpgsqlConnection connection,
        TableName table,
        CancellationToken cancellationToken
    )
    {
        var name = Sql.Format($"{table}").Text;
        // All of them before the first goes: a right that was passed on goes with the one that it came from.
        await connection.ExecuteAsync(Keep, cancellationToken, name);
        var revokes = await connection.ListAsync(
            Revoke,
            row => Sql.Expression(row.GetString(0)),
            cancellationToken,
            name
        );
        foreach (var revoke in revokes)
        {
            try
            {
                await connection.ExecuteAsync(revoke, cancellationToken);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // Told below, with those that the server only warns of.
            }
        }

        await connection.ExecuteAsync(Forget, cancellationToken, name);
        return await connection.ListAsync(Remaining, row => row.GetString(0), cancellationToken, name);
    }

    /// <summary>The statements that give back what was taken.</summary>
    public static Task<List<Sql>> ToGrantAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ListAsync(Again, row => Sql.Expression(row.GetString(0)), cancellationToken);
}
