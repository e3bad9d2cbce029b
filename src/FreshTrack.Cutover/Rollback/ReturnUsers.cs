using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <param name="Created">All that this return has created, whichever process did.</param>
/// <param name="Barred">All that this return has barred.</param>
/// <param name="Readdressed">Those whose address this process has changed.</param>
internal sealed record ReturnedUsers(
    IReadOnlyList<ReturnedUser> Created,
    IReadOnlyList<Guid> Barred,
    IReadOnlyList<Guid> Readdressed
)
{
    public static ReturnedUsers None { get; } = new([], [], []);
}

/// <summary>Brings the users of the new side into the source through Supabase Auth, whose ids they get: those who
/// signed up since the move are created, those who were deleted are barred, those with another address get
/// it.</summary>
internal sealed class ReturnUsers(
    ReverseTable users,
    NpgsqlConnection source,
    NpgsqlDataSource target,
    SupabaseAuthClient? auth,
    ReturnLedger ledger,
    string runId,
    TimeProvider clock
)
{
    /// <summary>In <c>app_metadata</c>: the id on the new side, by which a repeated run knows a user as its
    /// own.</summary>
    private const string Mark = "freshtrack_return";

    private const int Shown = 3;

    private static readonly TableName Map = new("migration", "user_map");

    private static readonly Sql Marked = Sql.Format(
        $"""
        select u.id, (u.raw_app_meta_data ->> {Sql.Literal(Mark)})::uuid from {ResolvedPlan.AuthUsers} as u
        where u.raw_app_meta_data ? {Sql.Literal(Mark)}
        """
    );

    private static readonly Sql OfAddress = Sql.Format(
        $"select id from {ResolvedPlan.AuthUsers} where lower(btrim(email)) = $1 order by 1 limit 1"
    );

    /// <exception cref="ReturnException">Users cannot be brought back as they are; all of them are counted.</exception>
    /// <exception cref="SupabaseAuthException">The service was not reached, or refused.</exception>
    public async Task<ReturnedUsers> RunAsync(CancellationToken cancellationToken)
    {
        var fresh = await NewUsersAsync(cancellationToken);
        var moved = await MovedUsersAsync(cancellationToken);
        var there = await AddressesAsync(cancellationToken);
        var gone = moved.Where(user => !user.IsThere && there.ContainsKey(user.Id)).Select(user => user.Id).ToList();
        var readdressed = moved
            .Where(user =>
                user is { IsThere: true, Email: not null }
                && there.TryGetValue(user.Id, out var old)
                && Normal(old) != Normal(user.Email)
            )
            .ToList();
        if (auth is null && fresh.Count + gone.Count + readdressed.Count > 0)
        {
            throw new ReturnException(
                $"{fresh.Count} users signed up on the new side, {gone.Count} were deleted there and "
                    + $"{readdressed.Count} have another address, but the environment names no Supabase Auth. Give "
                    + "source.auth with its url and service_key, and return again."
            );
        }

        foreach (var user in readdressed)
        {
            await auth!.ChangeEmailAsync(user.Id, user.Email!, cancellationToken);
        }

        foreach (var user in gone)
        {
            await auth!.BarAsync(user, cancellationToken);
            await ledger.AddBarredAsync(source, user, cancellationToken);
        }

        await CreateAsync(fresh, there, moved, cancellationToken);
        return new ReturnedUsers(
            await CreatedAsync(cancellationToken),
            [.. (await ledger.BarredAsync(source, cancellationToken)).Order()],
            [.. readdressed.Select(user => user.Id)]
        );
    }

    private async Task CreateAsync(
        List<NewUser> fresh,
        Dictionary<Guid, string?> there,
        List<MovedUser> moved,
        CancellationToken cancellationToken
    )
    {
        if (fresh.Count == 0)
        {
            return;
        }

        var own = (
            await source.ListAsync(Marked, row => (Id: row.GetGuid(0), TargetId: row.GetGuid(1)), cancellationToken)
        ).ToDictionary(user => user.TargetId, user => user.Id);
        var problems = new List<string>();
        foreach (var user in fresh)
        {
            if (string.IsNullOrWhiteSpace(user.Email))
            {
                problems.Add($"user {user.Id} of the new side has no address");
                continue;
            }

            if (!own.TryGetValue(user.Id, out var id))
            {
                var answer = await auth!.CreateUserAsync(
                    new NewSupabaseUser(user.Email, user.IsConfirmed, user.Metadata),
                    new Dictionary<string, string> { [Mark] = user.Id.ToString() },
                    cancellationToken
                );
                if (answer is not { } created)
                {
                    problems.Add(await TakenAsync(user, there, moved, cancellationToken));
                    continue;
                }

                id = created;
            }

            await MapAsync(user, id, cancellationToken);
        }

        if (problems.Count > 0)
        {
            throw new ReturnException(
                $"{problems.Count} of {fresh.Count} new users could not be created in Supabase Auth: "
                    + $"{string.Join("; ", problems.Take(Shown))}{(problems.Count > Shown ? "; …" : "")}. The others "
                    + "are there. Give each an address of its own on either side, and return again."
            );
        }
    }

    /// <summary>Two people are never made one, because they have one address.</summary>
    private async Task<string> TakenAsync(
        NewUser user,
        Dictionary<Guid, string?> there,
        List<MovedUser> moved,
        CancellationToken cancellationToken
    )
    {
        var holder = await source.ScalarAsync<Guid?>(OfAddress, cancellationToken, Normal(user.Email));
        var who = holder switch
        {
            null => "another user of the source, perhaps with a phone number",
            { } id when moved.Exists(other => other.Id == id && !other.IsThere) =>
                $"user {id} of the source, who was deleted on the new side",
            { } id when moved.Exists(other => other.Id == id) => $"user {id} of the source, who moved as well",
            { } id when there.ContainsKey(id) => $"user {id} of the source, who did not move",
            { } id => $"user {id} of the source",
        };
        return $"user {user.Id} of the new side has the address of {who}";
    }

    private async Task MapAsync(NewUser user, Guid id, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await target.ExecuteAsync(
            Sql.Format(
                $"insert into {Map} (source_id, target_id, email, created_at, retain_until, run_id) "
                    + $"values ($1, $2, $3, $4, $5, $6) on conflict (source_id) do nothing"
            ),
            cancellationToken,
            id,
            user.Id,
            Normal(user.Email),
            now.UtcDateTime,
            (now + UserMapper.Retention).UtcDateTime,
            runId
        );
    }

    /// <summary>Users of the new side whom the user map lacks.</summary>
    private Task<List<NewUser>> NewUsersAsync(CancellationToken cancellationToken) =>
        target.ListAsync(
            Sql.Format(
                $"""
                select {TargetId}, {Text("email")}, {Text("email_confirmed_at")} is not null, {Text(
                    "raw_user_meta_data"
                )}
                from {users.Target}
                where not exists (select from {Map} as m where m.target_id = {users.Target}.{TargetId})
                order by 1
                """
            ),
            row => new NewUser(row.GetGuid(0), OptionalText(row, 1), row.GetBoolean(2), OptionalText(row, 3)),
            cancellationToken
        );

    /// <summary>Users of the user map, and whether the new side still has them.</summary>
    private Task<List<MovedUser>> MovedUsersAsync(CancellationToken cancellationToken) =>
        target.ListAsync(
            Sql.Format(
                $"""
                select m.source_id, t.id is not null, t.email
                from {Map} as m
                left join (select {TargetId} as id, {Text("email")} as email from {users.Target}) as t
                  on t.id = m.target_id
                order by 1
                """
            ),
            row => new MovedUser(row.GetGuid(0), row.GetBoolean(1), OptionalText(row, 2)),
            cancellationToken
        );

    private async Task<Dictionary<Guid, string?>> AddressesAsync(CancellationToken cancellationToken) =>
        (
            await source.ListAsync(
                Sql.Format($"select id, email::text from {ResolvedPlan.AuthUsers}"),
                row => (Id: row.GetGuid(0), Email: OptionalText(row, 1)),
                cancellationToken
            )
        ).ToDictionary(user => user.Id, user => user.Email);

    private Task<List<ReturnedUser>> CreatedAsync(CancellationToken cancellationToken) =>
        target.ListAsync(
            Sql.Format($"select source_id, target_id from {Map} where run_id = $1 order by 1"),
            row => new ReturnedUser(row.GetGuid(0), row.GetGuid(1)),
            cancellationToken,
            runId
        );

    private Identifier TargetId => new(users.Key[0].Target.Name);

    private Sql Text(string column) =>
        users.Columns.FirstOrDefault(item => item.Name == column) is { } reversed
            ? reversed.Read
            : new Sql("null::text");

    private static string Normal(string? email) => (email ?? "").Trim().ToLowerInvariant();

    private static string? OptionalText(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private sealed record NewUser(Guid Id, string? Email, bool IsConfirmed, string? Metadata);

    private sealed record MovedUser(Guid Id, bool IsThere, string? Email);
}
