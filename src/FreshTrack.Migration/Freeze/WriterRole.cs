using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>A role that writes to a source, or could.</summary>
/// <param name="CanBecome">Whether this session may take it on.</param>
/// <param name="CanAct">Whether anybody but a superuser can act as it: it logs in, or one of its members does.</param>
/// <param name="Tables">The tables that its rights let it write, whatever a trigger says.</param>
internal sealed record WriterRole(
    string Name,
    bool IsSuperuser,
    bool CanBecome,
    bool CanAct,
    IReadOnlyList<string> Tables
)
{
    /// <summary>The role in whose name Supabase Auth writes.</summary>
    public const string SupabaseAuth = "supabase_auth_admin";

    // Supabase's, the one that is logged in, whoever lost the right to write to the freeze, and whoever still has it.
    // The server's own roles are nobody: their members are looked at themselves.
    private static readonly Sql All = new(
        """
        with frozen as (select oid, relowner from pg_class where oid = any(select unnest($1)::regclass::oid))
        select r.rolname::text, r.rolsuper, pg_has_role(r.oid, became.by), acts.can, may.write
        from pg_roles r
        -- Until 15 a member may become the role; from 16 on only one with that option.
        cross join (
            select case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end as by
        ) became
        cross join lateral (
            select exists (select from pg_roles m where m.rolcanlogin and not m.rolsuper
                           and pg_has_role(m.oid, r.oid, 'MEMBER')) as can) acts
        cross join lateral (
            select coalesce(array_agg(f.oid::regclass::text order by 1), '{}') as write from frozen f
            where has_table_privilege(r.oid, f.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
               or has_any_column_privilege(r.oid, f.oid, 'INSERT, UPDATE')
               or pg_has_role(r.oid, f.relowner, 'USAGE')) may
        where r.rolname !~ '^pg_'
          and (r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator', 'supabase_auth_admin',
                             'supabase_storage_admin', current_user)
               or quote_ident(r.rolname) = any($2) or may.write <> '{}')
        order by 1
        """
    );

    public static async Task<IReadOnlyList<WriterRole>> ListAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableName> tables,
        CancellationToken cancellationToken
    ) =>
        await connection.ListAsync(
            All,
            row => new WriterRole(
                row.GetString(0),
                row.GetBoolean(1),
                row.GetBoolean(2),
                row.GetBoolean(3),
                row.GetFieldValue<string[]>(4)
            ),
            cancellationToken,
            tables.Select(table => Sql.Format($"{table}").Text).ToArray(),
            await WriteRights.LosersAsync(connection, cancellationToken)
        );
}
