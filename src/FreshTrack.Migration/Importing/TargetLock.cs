using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Holds off a second import into the same target for as long as its session lives.</summary>
internal sealed class TargetLock : IAsyncDisposable
{
    // "FTMOVE" in ASCII: one lock a database.
    private const long Key = 0x46544D4F5645;

    private const string Prefix = "freshtrack-import";

    // Tells our own sessions, idle ones in the pool included, from those that a killed process left behind.
    private static readonly string Instance = Guid.CreateVersion7().ToString("N")[^8..];

    private static readonly string Own = $"{Prefix} {Instance} ";

    private readonly NpgsqlConnection holder;

    private TargetLock(NpgsqlConnection connection) => holder = connection;

    /// <summary>The name of an import's sessions, cut to what the server keeps.</summary>
    public static string SessionOf(string runId)
    {
        var name = Own + runId;
        return name.Length > 63 ? name[..63] : name;
    }

    /// <param name="session">From <see cref="SessionOf"/>. Sessions of the same run and another process are of its dead predecessor, and are ended first.</param>
    /// <exception cref="RefusedException">Another run holds the target.</exception>
    public static async Task<TargetLock> AcquireAsync(NpgsqlDataSource target, string session, CancellationToken cancellationToken)
    {
        var connection = await Sessions.OpenAsync(target, "freshtrack-lock", cancellationToken);
        try
        {
            await connection.ExecuteAsync(
                new Sql("select pg_terminate_backend(pid, 5000) from pg_stat_activity where starts_with(application_name, $1) and substr(application_name, $2) = $3 and application_name <> $4 and datname = current_database()"),
                cancellationToken, $"{Prefix} ", Own.Length + 1, session[Own.Length..], session);
            if (!await connection.ScalarAsync<bool>(Sql.Format($"select pg_try_advisory_lock({Key})"), cancellationToken))
            {
                var other = await connection.ScalarAsync<string>(
                    Sql.Format($"select a.application_name || ' (process ' || a.pid || ')' from pg_locks l join pg_stat_activity a using (pid) where l.locktype = 'advisory' and l.granted and ((l.classid::bigint << 32) | l.objid::bigint) = {Key} and a.datname = current_database()"),
                    cancellationToken);
                throw new RefusedException($"Another import holds this target: {other ?? "it ended just now"}. Wait for it, or resume it under its own run id.");
            }

            await connection.ExecuteAsync(Sql.Format($"set application_name = {Sql.Literal(session)}"), cancellationToken);
            return new TargetLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await holder.ExecuteAsync(Sql.Format($"select pg_advisory_unlock({Key})"), CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and its lock with it.
        }

        await holder.DisposeAsync();
    }
}
