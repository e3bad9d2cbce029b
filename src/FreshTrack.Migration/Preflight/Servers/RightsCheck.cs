using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rights that the two roles lack, each with the statement that gives it.</summary>
internal static class RightsCheck
{
    // $1 and $2 are schemas and names; row_security is off, so a policy that would hide rows would be an error.
    private static readonly Sql Wanted = new(
        """
        with wanted as (
            select n.oid as schema, n.nspname, c.oid as relation, c.relname, c.relkind, c.relowner
            from unnest($1::text[], $2::text[]) w(s, t)
            join pg_namespace n on n.nspname = w.s
            join pg_class c on c.relnamespace = n.oid and c.relname = w.t
        )
        select 1, min(nspname) as subject, 'USAGE',
               format('grant usage on schema %I to %I', min(nspname), current_user)
        from wanted where not has_schema_privilege(schema, 'USAGE') group by schema
        union all
        select 2, nspname || '.' || relname, 'SELECT',
               format('grant select on %I.%I to %I', nspname, relname, current_user)
        from wanted where not has_table_privilege(relation, 'SELECT')
        """
    );

    private static readonly Sql OnSource = Sql.Format(
        $"""
        {Wanted}
        union all
        select 3, nspname || '.' || relname, 'TRIGGER',
               format('grant trigger on %I.%I to %I', nspname, relname, current_user)
        from wanted where relkind in ('r', 'p') and not has_table_privilege(relation, 'TRIGGER')
        union all
        select 4, nspname || '.' || relname, 'BYPASSRLS', format('alter role %I bypassrls', current_user)
        from wanted where row_security_active(relation)
        union all
        select 5, current_database()::text, 'CREATE',
               format('grant create on database %I to %I', current_database(), current_user)
        where to_regnamespace({Sql.Literal(OwnNames.Freeze.Name)}) is null
          and not has_database_privilege(current_database(), 'CREATE')
        order by 1, 2
        """
    );

    // $3 and $4 are tables that foreign keys of the plan's tables reference without being filled.
    private static readonly Sql OnTarget = Sql.Format(
        $"""
        {Wanted}
        union all
        select 3, nspname || '.' || relname, 'INSERT',
               format('grant insert on %I.%I to %I', nspname, relname, current_user)
        from wanted where not has_table_privilege(relation, 'INSERT')
        union all
        select 4, nspname || '.' || relname, 'ownership, which taking off and putting back indexes and keys needs,',
               format('alter table %I.%I owner to %I', nspname, relname, current_user)
        from wanted where not pg_has_role(relowner, 'USAGE')
        union all
        select 5, nspname || '.' || relname, 'BYPASSRLS', format('alter role %I bypassrls', current_user)
        from wanted where row_security_active(relation)
        union all
        select 6, nspname || '.' || relname, right_,
               format('grant %s on %I.%I to %I', lower(right_), nspname, relname, current_user)
        from unnest($3::text[], $4::text[]) w(s, t)
        join pg_namespace n on n.nspname = w.s
        join pg_class c on c.relnamespace = n.oid and c.relname = w.t
        cross join unnest(array['SELECT', 'REFERENCES']) right_
        where not has_table_privilege(c.oid, right_)
        union all
        select 7, min(nspname), 'CREATE', format('grant create on schema %I to %I', min(nspname), current_user)
        from wanted where not has_schema_privilege(schema, 'CREATE') group by schema
        union all
        select 8, current_database()::text, 'CREATE',
               format('grant create on database %I to %I', current_database(), current_user)
        where not exists (select from pg_namespace where nspname = {Sql.Literal(OwnNames.Move.Name)})
          and not has_database_privilege(current_database(), 'CREATE')
        union all
        select 8, nspname, 'USAGE or CREATE', format('grant usage, create on schema %I to %I', nspname, current_user)
        from pg_namespace
        where nspname = {Sql.Literal(OwnNames.Move.Name)}
          and not (has_schema_privilege(oid, 'USAGE') and has_schema_privilege(oid, 'CREATE'))
        union all
        select 9, current_database()::text, 'TEMPORARY',
               format('grant temporary on database %I to %I', current_database(), current_user)
        where not has_database_privilege(current_database(), 'TEMPORARY')
        order by 1, 2
        """
    );

    public static Task<IReadOnlyList<Finding>> FindOnSourceAsync(Survey survey, CancellationToken cancellationToken)
    {
        var moved = survey.Plan.Tables.Select(table => table.Source).ToList();
        var leaves = moved.SelectMany(name => survey.SourceCatalog.Tables[name].Leaves).Select(leaf => leaf.Name);
        return FindAsync(
            survey.Source,
            OnSource,
            FindingCodes.SourceRightMissing,
            "source",
            cancellationToken,
            [.. moved.Concat(leaves).Append(ResolvedPlan.AuthUsers).Distinct()]
        );
    }

    public static Task<IReadOnlyList<Finding>> FindOnTargetAsync(Survey survey, CancellationToken cancellationToken)
    {
        // Tables that reference those of the plan count among them: their foreign keys are taken off too.
        var touched = survey
            .TargetCatalog.Tables.Values.Where(table =>
                survey.Filled(table.Name) is not null
                || table.ForeignKeys.Any(key => !key.IsInherited && survey.Filled(key.References!.Value) is not null)
            )
            .ToList();
        var referenced = touched
            .SelectMany(table => table.ForeignKeys)
            .Select(key => key.References!.Value)
            .Where(name => survey.Filled(name) is null);
        return FindAsync(
            survey.Target,
            OnTarget,
            FindingCodes.TargetRightMissing,
            "target",
            cancellationToken,
            [.. touched.Select(table => table.Name)],
            [.. referenced.Distinct()]
        );
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlConnection database,
        Sql query,
        string code,
        string side,
        CancellationToken cancellationToken,
        params TableName[][] tables
    )
    {
        var role = new NpgsqlConnectionStringBuilder(database.ConnectionString).Username;
        return await database.ListAsync(
            query,
            row => new Finding(
                code,
                Verdict.Fail,
                row.GetString(1),
                $"the role '{role}' lacks {row.GetString(2)}; run on the {side}: {row.GetString(3)}"
            ),
            cancellationToken,
            [
                .. tables.SelectMany(names =>
                    new[] { names.Select(name => name.Schema).ToArray(), [.. names.Select(name => name.Name)] }
                ),
            ]
        );
    }
}
