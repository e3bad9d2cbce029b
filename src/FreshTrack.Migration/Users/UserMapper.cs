using System.Collections.Concurrent;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration.Importing;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Users;

/// <param name="Created">Users that this call created; the others were there from an earlier run.</param>
public sealed record UserMapResult(int Users, int Created)
{
    /// <summary>Ids, of the source, of users who have another address in Stack Auth than in the source.</summary>
    public IReadOnlyList<Guid> Changed { get; init; } = [];

    /// <summary>Users, of those not created, who had an account in Stack Auth that no move had made.</summary>
    public int Adopted { get; init; }
}

/// <summary>Gives every user of the source a counterpart in Stack Auth and keeps who became whom on the target, for 90
/// days.</summary>
public sealed class UserMapper(
    NpgsqlDataSource source,
    NpgsqlDataSource target,
    StackAuthClient? stackAuth,
    TimeProvider time
)
{
    private const int Concurrency = 8;
    private const int Rounds = 5;
    private const int Shown = 3;

    /// <summary>How long the map is kept.</summary>
    public static TimeSpan Retention { get; } = TimeSpan.FromDays(90);

    /// <exception cref="RefusedException">No server was named; whoever moves users asks before other work
    /// starts.</exception>
    public static void Demand(StackAuthClient? stackAuth, TableName users)
    {
        if (stackAuth is null)
        {
            throw new RefusedException(
                $"The plan moves the users of {users}, but no Stack Auth server was named. Give one "
                    + "with --stack-auth or FRESHTRACK_STACK_AUTH."
            );
        }
    }

    /// <exception cref="RefusedException">A user has no e-mail, or may be somebody who is in Stack Auth
    /// already.</exception>
    /// <exception cref="MigrationException">Stack Auth failed, or the map is no bijection.</exception>
    public async Task<UserMapResult> RunAsync(
        ResolvedPlan plan,
        string runId,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (plan.Users is not { } table)
        {
            return new UserMapResult(0, 0);
        }

        Demand(stackAuth, table.Source);
        var users = await Retry.RunAsync(stop => SourceUsersAsync(table, stop), time, cancellationToken);
        var match = await MatchAsync(users, cancellationToken);
        var map = await TakeAsync(match, cancellationToken);
        var found = map.Count;
        var activity = new ActivityProgress("users", users.Count, progress, time);
        activity.Begin(map.Count);
        var answersWereLost = false;
        for (var round = 1; map.Count < users.Count; round++)
        {
            var failures = await CreateAsync(
                [.. users.Where(user => !map.ContainsKey(user.Id))],
                map,
                activity,
                table,
                cancellationToken
            );
            if (!failures.IsEmpty)
            {
                if (round == Rounds)
                {
                    throw new MigrationException(
                        $"{failures.Count} of {users.Count} users could not be created in Stack Auth, after "
                            + $"{Rounds} rounds. {failures.First().Message} Those created stay; resume.",
                        failures.First()
                    );
                }

                // A lost answer may have created the user, and the server may take a second one: look before asking
                // again.
                answersWereLost = true;
                await Task.Delay(TimeSpan.FromSeconds(1 << (round - 1)), time, cancellationToken);
                map = await TakeAsync(await MatchAsync(users, cancellationToken), cancellationToken);
            }
        }

        if (answersWereLost)
        {
            // A request may have been carried out after the look: users who are there twice are refused here.
            map = await TakeAsync(await MatchAsync(users, cancellationToken), cancellationToken);
        }

        await Retry.RunAsync(stop => WriteAsync(users, map, runId, stop), time, cancellationToken);
        var changed = match
            .Known.Concat(match.Adoptions.Select(adoption => (adoption.User, adoption.Account)))
            .Where(pair => pair.Item2.Email != pair.Item1.Email)
            .Select(pair => pair.Item1.Id)
            .ToList();
        var result = new UserMapResult(users.Count, users.Count - found) { Adopted = match.Adoptions.Count };
        return changed.Count == 0 ? result : result with { Changed = changed };
    }

    private async Task<List<SourceUser>> SourceUsersAsync(TableProjection table, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-users", cancellationToken);
        var users = await SourceUsers.ReadAsync(connection, table, cancellationToken);
        var without = users.Where(user => user.Email.Length == 0).ToList();
        return without.Count == 0
            ? users
            : throw new RefusedException(
                $"{without.Count} users of {table.Source} have no e-mail, which Stack Auth needs: "
                    + $"{string.Join(", ", without.Take(3).Select(user => user.Id))}. Give them one in "
                    + "Supabase, or leave them out with 'where'."
            );
    }

    /// <exception cref="RefusedException">A user may be somebody who is in Stack Auth already, or may not.</exception>
    /// <exception cref="MigrationException">Stack Auth failed, or has a user twice.</exception>
    private async Task<AccountMatch> MatchAsync(List<SourceUser> users, CancellationToken cancellationToken)
    {
        AccountMatch match;
        try
        {
            match = AccountMatch.Of(
                users,
                await stackAuth!.ListUsersAsync(cancellationToken).ToListAsync(cancellationToken),
                await UserPairs.ReadAsync(target, cancellationToken)
            );
        }
        catch (StackAuthException error)
        {
            throw new MigrationException(error.Message, error);
        }

        if (match.Twice is [var (user, accounts), ..])
        {
            throw new MigrationException(
                $"Stack Auth has two users for Supabase user {user.Id}: {accounts[0].Id} and {accounts[1].Id}. Delete "
                    + "the one that is not in use, then resume."
            );
        }

        if (match.Doubtful.Count > 0)
        {
            throw new RefusedException(
                $"{match.Doubtful.Count} users may be people who are in Stack Auth already, or others: "
                    + string.Join("; ", match.Doubtful.Take(Shown).Select(doubt => $"{doubt.User.Id}: {doubt.Why}"))
                    + ". Delete the other one in Stack Auth, or set 'supabase_id' of its server metadata to the user's "
                    + "id, then resume."
            );
        }

        return match;
    }

    /// <returns>Who is in Stack Auth already, those included whose accounts are adopted now.</returns>
    private async Task<ConcurrentDictionary<Guid, Guid>> TakeAsync(
        AccountMatch match,
        CancellationToken cancellationToken
    )
    {
        try
        {
            foreach (var adoption in match.Adoptions)
            {
                await stackAuth!.AdoptUserAsync(adoption.Account.Id, adoption.User, cancellationToken);
            }
        }
        catch (StackAuthException error)
        {
            throw new MigrationException(error.Message, error);
        }

        return new ConcurrentDictionary<Guid, Guid>(
            match
                .Known.Select(known => KeyValuePair.Create(known.User.Id, known.Account.Id))
                .Concat(match.Adoptions.Select(taken => KeyValuePair.Create(taken.User.Id, taken.Account.Id)))
        );
    }

    private async Task<ConcurrentBag<MigrationException>> CreateAsync(
        List<SourceUser> missing,
        ConcurrentDictionary<Guid, Guid> map,
        ActivityProgress activity,
        TableProjection table,
        CancellationToken cancellationToken
    )
    {
        var failures = new ConcurrentBag<MigrationException>();
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Concurrency,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(
            missing,
            parallel,
            async (user, stop) =>
            {
                try
                {
                    map[user.Id] = (await stackAuth!.CreateUserAsync(user, stop)).Id;
                    activity.Add(table.Target.ToString(), 1, 0);
                }
                catch (StackAuthException error)
                {
                    failures.Add(new MigrationException($"User {user.Id}: {error.Message}", error));
                }
            }
        );
        return failures;
    }

    /// <summary>Writes the map and reads it back: a bijection over exactly the source's users, or an error.</summary>
    private async Task<bool> WriteAsync(
        List<SourceUser> users,
        ConcurrentDictionary<Guid, Guid> map,
        string runId,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(target, "freshtrack-users", cancellationToken);
        await Ledger.EnsureAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (sources, targets) = (
            users.Select(user => user.Id).ToArray(),
            users.Select(user => map[user.Id]).ToArray()
        );
        // What earlier runs left of users whom the source no longer has, or who have another account by now.
        await connection.ExecuteAsync(
            Sql.Format(
                $"delete from {OwnNames.UserMap} m where run_id <> $3 and not exists (select from unnest($1, $2) as "
                    + $"u(s, t) where s = m.source_id and t = m.target_id)"
            ),
            cancellationToken,
            sources,
            targets,
            runId
        );
        await connection.ExecuteAsync(
            Sql.Format(
                $"insert into {OwnNames.UserMap} (source_id, target_id, email, created_at, retain_until, "
                    + $"run_id) select s, t, e, $4, $5, $6 from unnest($1, $2, $3) as u(s, t, e) on conflict "
                    + $"(source_id) do nothing"
            ),
            cancellationToken,
            sources,
            targets,
            users.Select(user => user.Email).ToArray(),
            now.UtcDateTime,
            (now + Retention).UtcDateTime,
            runId
        );
        var written = await connection.ListAsync(
            Sql.Format($"select source_id, target_id from {OwnNames.UserMap}"),
            row => (Source: row.GetGuid(0), Target: row.GetGuid(1)),
            cancellationToken
        );
        var other = written.FirstOrDefault(pair => !map.TryGetValue(pair.Source, out var id) || id != pair.Target);
        if (other != default)
        {
            throw new MigrationException(
                $"{OwnNames.UserMap} says that {other.Source} became {other.Target}, Stack Auth says "
                    + $"{(map.TryGetValue(other.Source, out var id) ? id.ToString() : "that there is no such user")}. "
                    + "Is this the project that the earlier run used?"
            );
        }

        if (written.Count != users.Count || written.Select(pair => pair.Target).Distinct().Count() != users.Count)
        {
            throw new MigrationException(
                $"The user map is no bijection: {users.Count} users in the source, {written.Count} in "
                    + $"{OwnNames.UserMap}. Resume, and it is completed."
            );
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
