using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Proves a freeze from outside: attempts to write by every role that could, one through the service that
/// writes as a role of its own, and the server's counters.</summary>
/// <param name="users">Supabase Auth; null where its address is not given.</param>
internal sealed class FreezeProbe(
    NpgsqlConnection connection,
    IReadOnlyList<TableName> tables,
    SupabaseAuthClient? users,
    TimeProvider time
)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // What arrives by logical replication fires row triggers alone, and is no read-only session either.
    private static readonly Sql Subscriptions = new(
        """
        select s.subname::text, r.srrelid::regclass::text
        from pg_subscription s join pg_subscription_rel r on r.srsubid = s.oid
        where s.subenabled and r.srrelid = any(select unnest($1)::regclass::oid)
        order by 1, 2
        """
    );

    public async Task<FreezeProof> RunAsync(CancellationToken cancellationToken)
    {
        var before = await SourceState.ReadAsync(connection, tables, cancellationToken);
        var started = time.GetTimestamp();
        var roles = await WriterRole.ListAsync(connection, tables, cancellationToken);
        var attempts = new List<WriteAttempt>();
        foreach (var role in roles.Where(role => role.CanBecome))
        {
            foreach (var table in tables)
            {
                attempts.Add(await AttemptAsync(role.Name, $"{table}", Sql.Format($"{table}"), cancellationToken));
            }
        }

        var service = users is null ? null : await users.AttemptWriteAsync(cancellationToken);
        var rest = Interval - time.GetElapsedTime(started);
        await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken);
        var after = await SourceState.ReadAsync(connection, tables, cancellationToken);
        return new FreezeProof(
            time.GetUtcNow(),
            attempts,
            after,
            [
                .. Open(attempts, service, after),
                .. after.ChangesSince(before).Select(change => $"{change}, within {Interval.TotalSeconds} s"),
                .. await SubscribedAsync(cancellationToken),
            ],
            [.. roles.Where(role => !role.CanBecome).Select(role => Untried(role, service))],
            service
        );
    }

    /// <summary>One write as each role, and what the catalog and the counters say; nothing is waited for.</summary>
    /// <returns>What does not hold.</returns>
    public async Task<IReadOnlyList<string>> RepeatAsync(SourceState since, CancellationToken cancellationToken)
    {
        var roles = await WriterRole.ListAsync(connection, tables, cancellationToken);
        var attempts = new List<WriteAttempt>();
        foreach (var role in roles.Where(role => role.CanBecome))
        {
            var table = role.Tables.FirstOrDefault(Sql.Format($"{tables[0]}").Text);
            attempts.Add(await AttemptAsync(role.Name, table, Sql.Expression(table), cancellationToken));
        }

        var now = await SourceState.ReadAsync(connection, tables, cancellationToken);
        return
        [
            .. Open(attempts, service: null, now),
            .. now.ChangesSince(since).Select(change => $"{change} since the cutover point"),
            .. await SubscribedAsync(cancellationToken),
        ];
    }

    /// <summary>Deletes no row, inside a transaction that is rolled back: the triggers and rights answer all the
    /// same.</summary>
    private async Task<WriteAttempt> AttemptAsync(
        string role,
        string table,
        Sql quoted,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // With row security off a policy would refuse before the freeze is asked; those who write have it on.
        await connection.ExecuteAsync(
            Sql.Format(
                $"set transaction read write; set local row_security = on; set local role {new Identifier(role)}"
            ),
            cancellationToken
        );
        try
        {
            await connection.ExecuteAsync(Sql.Format($"delete from {quoted} where false"), cancellationToken);
            return new WriteAttempt(role, table, WasRefused: false, "the write went through");
        }
        catch (PostgresException error)
        {
            var refused =
                error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction;
            return new WriteAttempt(role, table, refused, error.MessageText);
        }
    }

    private static UntriedRole Untried(WriterRole role, ServiceWriteAttempt? service)
    {
        if (role.IsSuperuser)
        {
            return Harmless("a superuser, which this role may not become; the triggers refuse superusers too");
        }

        if (role.Tables.Count == 0)
        {
            return Harmless("it has no right to write any of the tables");
        }

        var may = $"this role may not become it, and it has the right to write {string.Join(", ", role.Tables)}";
        if (!role.CanAct)
        {
            return Harmless($"{may}; but it does not log in, and neither does a member of it");
        }

        return (role.Name, service) switch
        {
            (WriterRole.SupabaseAuth, { Outcome: ServiceWriteOutcome.Refused }) => Harmless(
                $"{may}; Supabase Auth, which writes as it, was refused: {service.Answer}"
            ),
            (WriterRole.SupabaseAuth, { } tried) => Doubtful($"{may}; {tried.Answer}"),
            (WriterRole.SupabaseAuth, null) => Doubtful(
                $"{may}; Supabase Auth, which writes as it, could not be asked: its address is not given"
            ),
            _ => Doubtful(may),
        };

        UntriedRole Harmless(string reason) => new(role.Name, reason, MayWrite: false);

        UntriedRole Doubtful(string reason) => new(role.Name, reason, MayWrite: true);
    }

    private Task<List<string>> SubscribedAsync(CancellationToken cancellationToken) =>
        connection.ListAsync(
            Subscriptions,
            row =>
                $"subscription {row.GetString(0)} writes {row.GetString(1)}, past every trigger; disable it "
                + "(alter subscription … disable)",
            cancellationToken,
            [tables.Select(table => Sql.Format($"{table}").Text).ToArray()]
        );

    private static IEnumerable<string> Open(
        IEnumerable<WriteAttempt> attempts,
        ServiceWriteAttempt? service,
        SourceState state
    )
    {
        foreach (var attempt in attempts.Where(attempt => !attempt.WasRefused))
        {
            yield return $"{attempt.Role} on {attempt.Table}: {attempt.Outcome}";
        }

        // Whoever was tried may have lacked the right to delete, and another may insert.
        foreach (var table in state.Open)
        {
            yield return $"{table} has no trigger that refuses writes";
        }

        if (service is { Outcome: ServiceWriteOutcome.Accepted })
        {
            yield return $"Supabase Auth on {ResolvedPlan.AuthUsers}: {service.Answer}";
        }
    }
}
