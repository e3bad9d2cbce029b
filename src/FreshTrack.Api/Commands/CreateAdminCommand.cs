using FreshTrack.Api.Auth;
using Npgsql;

namespace FreshTrack.Api.Commands;

/// <summary><c>create-admin EMAIL ORGANIZATION [--owner]</c>: makes an existing user an admin, or the owner, of an
/// organization. Takes no role away: an owner stays an owner.</summary>
internal static class CreateAdminCommand
{
    private const string FindSql = $"""
        select p.id, {Roles.InGoodStanding} from users p
        where lower(btrim(p.email)) = lower(btrim($1)) and p.deleted_at is null order by p.id
        """;

    // Chains are locked before rows, as everywhere.
    private const string LockSql = "select api.lock_chain($1)";

    // What is already set is not a change, and writes no event. The event names the role's row, not the user: ids of
    // users are rewritten when data moves, and an event's payload never is.
    private const string ChangeSql = """
        with before as (
          select r.role from user_roles r where r.user_id = $2 and r.organization_id = $1
        ), changed as (
          insert into user_roles as r (user_id, organization_id, role, created_at) values ($2, $1, $3::app_role, $4)
          on conflict (user_id, organization_id) do update set role = excluded.role
          where r.role <> 'owner' and r.role <> excluded.role
          returning r.id, r.role
        )
        select api.append_event(jsonb_populate_record(null::public.event_logs, jsonb_build_object(
          'organization_id', $1, 'event_type', 'role.changed', 'category', 'user', 'severity', 'info',
          'title', 'Role changed by an administrator of the server', 'actor_type', 'system',
          'was_impersonated', false, 'recorded_at', $4,
          'payload', jsonb_build_object('user_role_id', c.id, 'from', (select b.role from before b), 'to', c.role))))
        from changed c
        """;

    // Alerts reach people through their profile.
    private const string ProfileSql = """
        insert into profiles as p (user_id, organization_id, email, full_name, created_at, updated_at)
        select u.id, $1, u.email, u.metadata ->> 'full_name', $3, $3 from users u where u.id = $2
        on conflict (user_id) do update set organization_id = excluded.organization_id where p.organization_id is null
        """;

    private const string RoleSql = "select role::text from user_roles where user_id = $2 and organization_id = $1";

    public static async Task<CommandResult> RunAsync(
        NpgsqlDataSource database,
        string email,
        string organizationName,
        bool asOwner,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (organization, problem) = await OrganizationName.FindAsync(database, organizationName, cancellationToken);
        if (problem is not null)
        {
            return CommandResult.Refused($"create-admin: {problem}");
        }

        (var user, problem) = await FindUserAsync(database, email, cancellationToken);
        if (problem is not null)
        {
            return CommandResult.Refused($"create-admin: {problem}");
        }

        var (isChanged, role) = await ChangeAsync(
            database,
            organization,
            user,
            asOwner ? "owner" : "admin",
            clock.GetUtcNow().UtcDateTime,
            cancellationToken
        );
        return CommandResult.Passed(
            isChanged
                ? $"create-admin: user {user} is now {role} of organization {organization}."
                : $"create-admin: user {user} was {role} of organization {organization} already."
        );
    }

    private static async Task<(Guid Id, string? Problem)> FindUserAsync(
        NpgsqlDataSource database,
        string email,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(FindSql).Add(email);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = await rows.ListAsync(row => (Id: row.GetGuid(0), MayAct: row.GetBoolean(1)), cancellationToken);
        return found switch
        {
            [] => (
                Guid.Empty,
                $"No user has the e-mail address '{email}'. Whoever signed up has to sign in once before."
            ),
            [{ MayAct: false } banned] => (Guid.Empty, $"User {banned.Id} ('{email}') is banned. Lift the ban before."),
            [var user] => (user.Id, null),
            _ => (
                Guid.Empty,
                $"{found.Count} users have the e-mail address '{email}': "
                    + $"{string.Join(", ", found.Select(user => user.Id))}. Correct the others' addresses before."
            ),
        };
    }

    private static async Task<(bool IsChanged, string Role)> ChangeAsync(
        NpgsqlDataSource database,
        Guid organization,
        Guid user,
        string role,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(organization));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ChangeSql).Add(organization).Add(user).Add(role).Add(now));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ProfileSql).Add(organization).Add(user).Add(now));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(RoleSql).Add(organization).Add(user));
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        var isChanged = await rows.ReadAsync(cancellationToken);
        // The profile returns no rows, and so no result of its own.
        await rows.NextResultAsync(cancellationToken);
        await rows.ReadAsync(cancellationToken);
        return (isChanged, rows.GetString(0));
    }
}
