using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>The reverse preflight: what of the target could not go back, and what a return would lack. Writes
/// nothing.</summary>
internal static class ReverseCheck
{
    // $1 are the tables, as regclass reads them.
    private static readonly Sql Rights = new(
        """
        select c.oid::regclass::text, wanted,
          format('grant %s on %s to %I', lower(wanted), c.oid::regclass, current_user)
        from pg_class c cross join unnest('{INSERT,UPDATE,DELETE}'::text[]) as wanted
        where c.oid = any($1::regclass[]) and not has_table_privilege(c.oid, wanted)
        order by 1, 2
        """
    );

    private static readonly Sql Sequences = new(
        """
        select distinct s.oid::regclass::text, c.oid::regclass::text, has_sequence_privilege(s.oid, 'UPDATE'),
          format('grant update on sequence %s to %I', s.oid::regclass, current_user)
        from pg_depend d
        join pg_class s on s.oid = d.objid and s.relkind = 'S'
        join pg_class c on c.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
          and c.oid = any($1::regclass[])
        order by 1, 2
        """
    );

    public static async Task<IReadOnlyList<Finding>> FindAsync(
        ReturnScope scope,
        NpgsqlDataSource source,
        NpgsqlDataSource target,
        SupabaseAuthClient? auth,
        CancellationToken cancellationToken
    )
    {
        var findings = ReverseFindings.Of(scope.Tables, scope.Source, scope.Target).ToList();
        if (scope.Users is not null && auth is null)
        {
            findings.Add(
                new Finding(
                    ReverseFindingCodes.UsersNotCreated,
                    Verdict.Warn,
                    ResolvedPlan.AuthUsers.ToString(),
                    "no Supabase Auth is named, so who signs up on the new side could not be created here; give "
                        + "source.auth"
                )
            );
        }

        findings.AddRange(await OnSourceAsync(scope, source, cancellationToken));
        if (await ReplicationRoleCheck.FindAsync(source, cancellationToken) is { } denied)
        {
            findings.Add(denied);
        }

        findings.AddRange(await OnTargetAsync(scope, target, cancellationToken));
        return findings;
    }

    private static async Task<List<Finding>> OnSourceAsync(
        ReturnScope scope,
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var tables = scope.Returnable.Select(table => Sql.Format($"{table.Source}").Text).ToArray();
        var findings = await connection.ListAsync(
            Rights,
            row => Lacks(row.GetString(0), row.GetString(1), row.GetString(2)),
            cancellationToken,
            [tables]
        );
        foreach (
            var (sequence, table, may, grant) in await connection.ListAsync(
                Sequences,
                row => (row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetString(3)),
                cancellationToken,
                [tables]
            )
        )
        {
            findings.Add(
                may
                    ? new Finding(
                        ReverseFindingCodes.SequenceMoves,
                        Verdict.Pass,
                        sequence,
                        $"a return sets it behind the highest number of {table}"
                    )
                    : Lacks(sequence, "UPDATE", grant)
            );
        }

        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> OnTargetAsync(
        ReturnScope scope,
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        await using var connection = await target.OpenConnectionAsync(cancellationToken);
        foreach (var table in scope.Returnable)
        {
            foreach (var column in table.Columns.Where(column => table.Entry.Plan.Reverse.ContainsKey(column.Name)))
            {
                try
                {
                    // With a value, even one that is not used, the server takes one statement and no more.
                    await connection.ExecuteAsync(
                        Sql.Format(
                            $"select ({column.Expression}\n)::{Sql.Expression(column.Column.TransportType)} "
                                + $"from {table.Target} limit 0"
                        ),
                        cancellationToken,
                        0
                    );
                }
                catch (PostgresException error)
                {
                    findings.Add(
                        ReverseFindings.Of(
                            table,
                            column.Name,
                            ReverseFindingCodes.ExpressionInvalid,
                            Verdict.Fail,
                            $"the target refuses '{column.Expression}': {error.MessageText}; see line "
                                + $"{table.Entry.Plan.Line} of the plan"
                        )
                    );
                }
            }
        }

        return findings;
    }

    private static Finding Lacks(string subject, string right, string grant) =>
        new(
            ReverseFindingCodes.RightMissing,
            Verdict.Fail,
            subject,
            $"the source's role lacks {right}, which a return needs; run on the source: {grant}"
        );
}
