using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Whether the source's role may set <c>session_replication_role</c>. A return needs that, and nothing before
/// it: without it the source's own triggers would change the rows that flow back.</summary>
public static class ReplicationRoleCheck
{
    /// <summary>Stands in evidence files: it is never renamed.</summary>
    public const string Code = "replication-role-denied";

    // Supabase lets its role set it although has_parameter_privilege says no: only trying tells.
    private static readonly Sql Try = new("set local session_replication_role = replica");

    public static async Task<IReadOnlyList<Finding>> FindAsync(
        NpgsqlDataSource source,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(source, Preflight.Session, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(Try, cancellationToken);
            return [];
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var role = new NpgsqlConnectionStringBuilder(connection.ConnectionString).Username!;
            return
            [
                new Finding(
                    Code,
                    Verdict.Fail,
                    "source",
                    $"the role '{role}' may not set session_replication_role, without which nothing could be returned "
                        + "to this source: its triggers would change what flows back. Run on the source, as a "
                        + $"superuser: grant set on parameter session_replication_role to {Sql.Quote(role)}"
                ),
            ];
        }
    }
}
