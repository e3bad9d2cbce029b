using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Proves a freeze from outside: attempts to write by every role that could, and the server's own
/// counters.</summary>
internal sealed class FreezeProbe(NpgsqlConnection connection, IReadOnlyList<TableName> tables, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // The roles of Supabase that write, the one that is logged in, and whoever else holds a right to write.
    private static readonly Sql Roles = new(
        """
        select rolname from pg_roles
        where rolname in
            ('service_role', 'authenticated', 'anon', 'authenticator', 'supabase_auth_admin', current_user)
        union
        select r.rolname from pg_class c cross join lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where c.oid = any(select unnest($1)::regclass::oid)
          and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
        order by 1
        """
    );

    public async Task<FreezeProof> RunAsync(CancellationToken cancellationToken)
    {
        var names = tables.Select(table => Sql.Format($"{table}").Text).ToArray();
        var before = await SourceState.ReadAsync(connection, tables, cancellationToken);
        var started = time.GetTimestamp();
        var attempts = new List<WriteAttempt>();
        var unproven = new List<string>();
        foreach (var role in await connection.ListAsync(Roles, row => row.GetString(0), cancellationToken, [names]))
        {
            foreach (var table in tables)
            {
                var attempt = await AttemptAsync(role, table, cancellationToken);
                if (attempt is null)
                {
                    unproven.Add(role);
                    break;
                }

                attempts.Add(attempt);
            }
        }

        var rest = Interval - time.GetElapsedTime(started);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken);
        var after = await SourceState.ReadAsync(connection, tables, cancellationToken);
        return new FreezeProof(time.GetUtcNow(), attempts, after, [.. Open(attempts, before, after)], unproven);
    }

    /// <summary>Deletes no row, inside a transaction that is rolled back: the triggers and rights answer all the
    /// same.</summary>
    private async Task<WriteAttempt?> AttemptAsync(string role, TableName table, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(
                Sql.Format($"set transaction read write; set local role {new Identifier(role)}"),
                cancellationToken
            );
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }

        try
        {
            await connection.ExecuteAsync(Sql.Format($"delete from {table} where false"), cancellationToken);
            return new WriteAttempt(role, table.ToString(), WasRefused: false, "the write went through");
        }
        catch (PostgresException error)
        {
            var refused =
                error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction;
            return new WriteAttempt(role, table.ToString(), refused, error.MessageText);
        }
    }

    private static IEnumerable<string> Open(IEnumerable<WriteAttempt> attempts, SourceState before, SourceState after)
    {
        foreach (var attempt in attempts.Where(attempt => !attempt.WasRefused))
        {
            yield return $"{attempt.Role} on {attempt.Table}: {attempt.Outcome}";
        }

        foreach (var change in after.ChangesSince(before))
        {
            yield return $"{change}, within {Interval.TotalSeconds} s";
        }
    }
}
