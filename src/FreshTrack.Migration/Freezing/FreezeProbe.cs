using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Proves a freeze from outside: attempts to write by every role that could, and the server's own counters.</summary>
internal sealed class FreezeProbe(NpgsqlConnection connection, IReadOnlyList<TableName> tables, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // The roles of Supabase that write, the one that is logged in, and whoever else holds a right to write.
    private static readonly Sql Roles = new(
        """
        select rolname from pg_roles where rolname in ('service_role', 'authenticated', 'anon', 'authenticator', 'supabase_auth_admin', current_user)
        union
        select r.rolname from pg_class c cross join lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where c.oid = any(select unnest($1)::regclass::oid) and a.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
        order by 1
        """);

    private static readonly Sql States = new(
        """
        select c.oid::regclass::text, coalesce(s.n_tup_ins, 0), coalesce(s.n_tup_upd, 0), coalesce(s.n_tup_del, 0), c.relfilenode::bigint
        from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
        where c.oid = any(select unnest($1)::regclass::oid)
        order by 1
        """);

    private static readonly Sql Reset = new(
        "select pg_stat_clear_snapshot(), coalesce(stats_reset::text, 'never') from pg_stat_database where datname = current_database()");

    public async Task<FreezeProof> RunAsync(CancellationToken cancellationToken)
    {
        var names = tables.Select(table => Sql.Format($"{table}").Text).ToArray();
        var before = await StatesAsync(names, cancellationToken);
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
        var after = await StatesAsync(names, cancellationToken);
        return new FreezeProof(time.GetUtcNow(), attempts, after.Tables, after.Reset, [.. Open(attempts, before, after)], unproven);
    }

    /// <summary>Deletes no row, inside a transaction that is rolled back: the triggers and rights answer all the same.</summary>
    private async Task<WriteAttempt?> AttemptAsync(string role, TableName table, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(Sql.Format($"set transaction read write; set local role {new Identifier(role)}"), cancellationToken);
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
            var refused = error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction;
            return new WriteAttempt(role, table.ToString(), refused, error.MessageText);
        }
    }

    private async Task<(IReadOnlyList<TableState> Tables, string Reset)> StatesAsync(string[] names, CancellationToken cancellationToken)
    {
        var reset = await connection.ListAsync(Reset, row => row.GetString(1), cancellationToken);
        var states = await connection.ListAsync(
            States, row => new TableState(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)), cancellationToken, [names]);
        return (states, reset[0]);
    }

    private static IEnumerable<string> Open(
        IEnumerable<WriteAttempt> attempts, (IReadOnlyList<TableState> Tables, string Reset) before, (IReadOnlyList<TableState> Tables, string Reset) after)
    {
        foreach (var attempt in attempts.Where(attempt => !attempt.WasRefused))
        {
            yield return $"{attempt.Role} on {attempt.Table}: {attempt.Outcome}";
        }

        foreach (var (earlier, later) in before.Tables.Zip(after.Tables).Where(pair => pair.First != pair.Second))
        {
            yield return $"{later.Table} was written to within {Interval.TotalSeconds} s: {earlier} became {later}";
        }

        if (before.Reset != after.Reset)
        {
            yield return "the server's counters were reset while they were watched";
        }
    }
}
