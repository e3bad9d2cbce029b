using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Whether the source's role may set <c>session_replication_role</c>. Only a return needs it: without it the
/// source's own triggers would change the rows that flow back.</summary>
internal static class ReplicationRoleCheck
{
    // Supabase lets its role set it although has_parameter_privilege says no: only trying tells.
    private static readonly Sql Try = new("set local session_replication_role = replica");

    private static readonly Sql Role = new("select current_user::text");

    /// <returns>Null where the role may set it.</returns>
    public static async Task<Finding?> FindAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var role = await connection.ScalarAsync<string>(Role, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(Try, cancellationToken);
            return null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return new Finding(
                ReverseFindingCodes.ReplicationRoleDenied,
                Verdict.Fail,
                "source",
                $"the role '{role}' may not set session_replication_role, without which nothing could be returned to "
                    + "this source: its triggers would change what flows back. Run on the source, as a superuser: "
                    + $"grant set on parameter session_replication_role to {Sql.Quote(role!)}"
            );
        }
    }
}
