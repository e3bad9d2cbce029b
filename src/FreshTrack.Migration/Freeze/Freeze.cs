using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Keeps everyone from writing to what the plan moves, and takes that back. Both may be repeated.</summary>
/// <remarks>
/// Triggers hold against every session, whatever it sets; revoked rights, the read-only default and ended sessions come
/// on top where this role may. All that is created in the source is in the schema <c>freshtrack_freeze</c> or has that
/// name.
/// </remarks>
public sealed class Freeze(NpgsqlDataSource source, MigrationPlan plan, TimeProvider time)
{
    private static readonly Sql Install = Sql.Format(
        $"""
        create schema if not exists {OwnNames.Freeze};
        create table if not exists {OwnNames.Revoked} (
            relation regclass, grantee text, privilege text, grantable boolean,
            primary key (relation, grantee, privilege))
        """
    );

    /// <summary>How long one statement waits for the sessions that hold a table.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="MigrationException">A table could not be frozen; those before it are.</exception>
    public async Task<FreezeResult> ApplyAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        await session.Connection.ExecuteAsync(Install, cancellationToken);
        await FreezePass.InstallAsync(session.Connection, cancellationToken);
        await FreezeTriggers.InstallAsync(session.Connection, cancellationToken);
        var tables = await TablesAsync(cancellationToken);
        for (var i = 0; i < tables.Count; i++)
        {
            await FreezeAsync(session, tables[i], frozen: i, cancellationToken);
        }

        foreach (var table in tables)
        {
            session.Deny(await WriteRights.RevokeAsync(session.Connection, table, cancellationToken));
        }

        await CloseSessionsAsync(session, isReadOnly: true, cancellationToken);
        return new FreezeResult([.. tables.Select(table => table.ToString())], session.Denied);
    }

    /// <summary>Tries to write and looks for writes, over two seconds. Writes nothing itself, unless the service
    /// accepts a user, who is deleted again.</summary>
    /// <param name="users">Supabase Auth, which writes as a role that the mover may not become; null where its address
    /// is not given.</param>
    public async Task<FreezeProof> ProveAsync(SupabaseAuthClient? users, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        return await new FreezeProbe(session.Connection, await TablesAsync(cancellationToken), users, time).RunAsync(
            cancellationToken
        );
    }

    /// <summary>The proof in a second instead of minutes, once <see cref="ProveAsync"/> has succeeded: every trigger is
    /// there and unchanged, the counters are those of the cutover point, and one write is tried as each role.</summary>
    /// <param name="since">The tables as they were at the cutover point.</param>
    /// <returns>What does not hold, in words; nothing when the source is as it was.</returns>
    public async Task<IReadOnlyList<string>> FindOpenAsync(SourceState since, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        return await new FreezeProbe(
            session.Connection,
            await TablesAsync(cancellationToken),
            users: null,
            time
        ).RepeatAsync(since, cancellationToken);
    }

    /// <summary>The tables as they are now.</summary>
    public async Task<SourceState> StateAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        return await SourceState.ReadAsync(session.Connection, await TablesAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Lets one session write to the frozen source: the one that is returned. A session that was let through
    /// before is ended.</summary>
    /// <param name="runId">The run that the session works for; it is kept in the source for as long as the pass
    /// holds.</param>
    /// <exception cref="RefusedException">The source is not frozen.</exception>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<FreezePass> AdmitAsync(string runId, CancellationToken cancellationToken)
    {
        var session = await OpenAsync(cancellationToken);
        try
        {
            await session.DemandFrozenAsync(cancellationToken);
            return await session.ByOwnerAsync(
                () => FreezePass.TakeAsync(session.Connection, runId, cancellationToken),
                cancellationToken
            );
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets everybody write to one table who has the right to, while the others stay frozen. Sessions are
    /// ended, because those that began under the freeze are read-only.</summary>
    /// <returns>What this role was not allowed to do, in words.</returns>
    /// <exception cref="RefusedException">The source is not frozen.</exception>
    /// <exception cref="MigrationException">The table could not be released.</exception>
    public Task<IReadOnlyList<string>> ReleaseTableAsync(TableName table, CancellationToken cancellationToken) =>
        SwitchAsync(table, FreezeAnswer.Admit, cancellationToken);

    /// <summary>Takes back <see cref="ReleaseTableAsync"/>.</summary>
    /// <inheritdoc cref="ReleaseTableAsync"/>
    public Task<IReadOnlyList<string>> FreezeTableAsync(TableName table, CancellationToken cancellationToken) =>
        SwitchAsync(table, FreezeAnswer.Refuse, cancellationToken);

    /// <summary>Opens the source for writing again; what was revoked is granted as it was.</summary>
    /// <returns>What this role was not allowed to put back, or other sessions kept it from.</returns>
    /// <exception cref="MigrationException">The freeze is another role's.</exception>
    public async Task<IReadOnlyList<string>> LiftAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        if (!await session.IsFrozenAsync(cancellationToken))
        {
            return [];
        }

        // The function is the switch: from here on writes go through, whatever locks the rest has to wait for.
        await session.ByOwnerAsync(
            async () =>
            {
                await FreezeTriggers.OpenAsync(session.Connection, cancellationToken);
                return true;
            },
            cancellationToken
        );
        await session.SetReadOnlyAsync(isReadOnly: false, cancellationToken);
        foreach (var grant in await WriteRights.ToGrantAsync(session.Connection, cancellationToken))
        {
            await session.TryAsync(grant, cancellationToken);
        }

        foreach (var (table, trigger) in await FreezeTriggers.ListAsync(session.Connection, cancellationToken))
        {
            // One table's lock at a time; what is not this role's table loses its trigger with the function below.
            await session.RefusalAsync(Sql.Format($"drop trigger {trigger} on {table}"), cancellationToken);
        }

        foreach (var answer in Enum.GetValues<FreezeAnswer>())
        {
            await session.TryAsync(FreezeTriggers.Drop(answer), cancellationToken);
        }

        if (session.Denied.Count == 0)
        {
            await session.Connection.ExecuteAsync(
                Sql.Format($"drop schema {OwnNames.Freeze} cascade"),
                cancellationToken
            );
        }

        return session.Denied;
    }

    /// <summary>Ends the sessions of everybody else. Those that were opened under the freeze stay read-only when it is
    /// lifted, and pools keep theirs for hours.</summary>
    /// <returns>Whose sessions are still there and why, in words.</returns>
    public async Task<IReadOnlyList<string>> RenewSessionsAsync(CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken);
        var alive = await OtherSessions.EndAsync(session.Connection, cancellationToken);
        source.Clear();
        return [.. alive];
    }

    private async Task<IReadOnlyList<string>> SwitchAsync(
        TableName table,
        FreezeAnswer answer,
        CancellationToken cancellationToken
    )
    {
        await using var session = await OpenAsync(cancellationToken);
        await session.DemandFrozenAsync(cancellationToken);
        foreach (var relative in await SourceState.FamilyAsync(session.Connection, [table], cancellationToken))
        {
            try
            {
                await session.PutAsync(relative, answer, cancellationToken);
            }
            catch (PostgresException error)
            {
                throw new MigrationException(
                    $"{relative} could not be {(answer == FreezeAnswer.Admit ? "released" : "frozen again")}: "
                        + $"{error.MessageText}. End the session that holds it, or use the role that froze it, and "
                        + "run again.",
                    error
                );
            }
        }

        await CloseSessionsAsync(session, answer == FreezeAnswer.Refuse, cancellationToken);
        return session.Denied;
    }

    private static async Task FreezeAsync(
        FreezeSession session,
        TableName table,
        int frozen,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await session.PutAsync(table, FreezeAnswer.Refuse, cancellationToken);
        }
        catch (PostgresException error)
        {
            throw new MigrationException(
                $"{table} could not be frozen: {error.MessageText}. {frozen} tables before it are. Grant this role "
                    + "TRIGGER on the table, or end the session that holds it, and freeze again; or open the source "
                    + "with --unfreeze.",
                error
            );
        }
    }

    /// <summary>Has everybody else begin a session that is read-only, or that is not.</summary>
    private async Task CloseSessionsAsync(FreezeSession session, bool isReadOnly, CancellationToken cancellationToken)
    {
        await session.SetReadOnlyAsync(isReadOnly, cancellationToken);
        session.Deny(await OtherSessions.EndAsync(session.Connection, cancellationToken));
        // Idle connections of our own pool were among the ended sessions.
        source.Clear();
    }

    private Task<FreezeSession> OpenAsync(CancellationToken cancellationToken) =>
        FreezeSession.OpenAsync(source, LockTimeout, cancellationToken);

    private Task<List<TableName>> TablesAsync(CancellationToken cancellationToken) =>
        SourceState.TablesAsync(source, plan, cancellationToken);
}
