using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>The sessions of everybody else in this database. Those that began before the freeze are not read-only, and
/// those that began under it are.</summary>
internal static class OtherSessions
{
    private static readonly Sql Others = new(
        """
        select pid, coalesce(usename, '')::text from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
          and coalesce(application_name, '') not like 'freshtrack-%'
        """
    );

    private static readonly Sql Terminate = new("select pg_terminate_backend($1)");

    /// <returns>Whose sessions are still there and why, in words.</returns>
    public static async Task<IEnumerable<string>> EndAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var alive = new List<(string Role, string Why)>();
        // One statement a session: a superuser's, which is not this role's to end, must not keep the others alive.
        foreach (
            var (pid, role) in await connection.ListAsync(
                Others,
                row => (row.GetInt32(0), row.GetString(1)),
                cancellationToken
            )
        )
        {
            try
            {
                await connection.ExecuteAsync(Terminate, cancellationToken, pid);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                alive.Add((role, error.MessageText));
            }
        }

        return alive
            .GroupBy(session => session)
            .Select(same => $"end {same.Count()} sessions of {same.Key.Role}: {same.Key.Why}");
    }
}
