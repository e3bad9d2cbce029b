using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration;

/// <summary>Holds off a second run on a database for as long as its holder lives, and tells the living from the
/// dead.</summary>
/// <remarks>The holder's session says something every second. One that has been silent for <see cref="LeaseTimeout"/>
/// belongs to a process that is gone, and is ended.</remarks>
internal sealed class RunLock : IAsyncDisposable
{
    public const string Export = "freshtrack-export";
    public const string Import = "freshtrack-import";

    // "FTMOVE" in ASCII: one lock a database.
    private const long Key = 0x46544D4F5645;

    private const int NameLimit = 63;

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(8);

    private static readonly Sql Holder = Sql.Format(
        $"""
        select a.application_name, a.pid, extract(epoch from clock_timestamp() - a.state_change)::float8
        from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and l.granted and ((l.classid::bigint << 32) | l.objid::bigint) = {Key}
          and l.objsubid = 1 and a.datname = current_database()
        """
    );

    private readonly NpgsqlConnection holder;
    private readonly CancellationTokenSource end = new();
    private readonly CancellationTokenSource lost = new();
    private readonly Task heartbeat;

    private RunLock(NpgsqlConnection holder, string session, TimeProvider time)
    {
        this.holder = holder;
        Session = session;
        heartbeat = HeartbeatAsync(time);
    }

    /// <summary>The application_name of all sessions of this run on this database.</summary>
    public string Session { get; }

    /// <param name="kind"><see cref="Export"/> or <see cref="Import"/>.</param>
    /// <exception cref="RefusedException">Another process holds the database.</exception>
    public static async Task<RunLock> AcquireAsync(
        NpgsqlDataSource database,
        string kind,
        string runId,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var session = $"{kind} {runId}" is { Length: > NameLimit } name ? name[..NameLimit] : $"{kind} {runId}";
        // Sessions at rest in our own pool bear the name of the run that used them last.
        database.Clear();
        var connection = await Sessions.OpenAsync(database, "freshtrack-lock", cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            while (
                !await connection.ScalarAsync<bool>(
                    Sql.Format($"select pg_try_advisory_lock({Key})"),
                    cancellationToken
                )
            )
            {
                await WaitAsync(connection, time.GetElapsedTime(started) > WaitLimit, cancellationToken);
                await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            }

            // Whoever else bears this name lost the lock by dying.
            await EndAsync(connection, session, cancellationToken);
            await connection.ExecuteAsync(
                Sql.Format($"set application_name = {Sql.Literal(session)}"),
                cancellationToken
            );
            return new RunLock(connection, session, time);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Does the work for as long as the lock holds.</summary>
    /// <exception cref="IOException">The lock was lost; what was committed stays.</exception>
    public async Task<T> HoldAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException error)
            when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The session that holds the lock of '{Session}' was cut off.", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await heartbeat;
        try
        {
            await holder.ExecuteAsync(Sql.Format($"select pg_advisory_unlock({Key})"), CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // The session is gone, and its lock with it.
        }

        await holder.DisposeAsync();
        end.Dispose();
        lost.Dispose();
    }

    private static async Task WaitAsync(NpgsqlConnection connection, bool isLate, CancellationToken cancellationToken)
    {
        var holders = await connection.ListAsync(
            Holder,
            row => (Name: row.GetString(0), Process: row.GetInt32(1), Silent: row.GetDouble(2)),
            cancellationToken
        );
        if (holders is not [var other])
        {
            return;
        }

        if (
            other.Silent > LeaseTimeout.TotalSeconds
            && (other.Name.StartsWith(Export) || other.Name.StartsWith(Import))
        )
        {
            await EndAsync(connection, other.Name, cancellationToken);
        }
        else if (isLate)
        {
            throw new RefusedException(
                $"Another run holds this database: '{other.Name}' (server process {other.Process}). Wait "
                    + "for it to end, or end it, and run again."
            );
        }
    }

    private static Task<int> EndAsync(
        NpgsqlConnection connection,
        string session,
        CancellationToken cancellationToken
    ) =>
        connection.ExecuteAsync(
            new Sql(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = $1 "
                    + "and pid <> pg_backend_pid() and datname = current_database()"
            ),
            cancellationToken,
            session
        );

    private async Task HeartbeatAsync(TimeProvider time)
    {
        try
        {
            using var timer = new PeriodicTimer(HeartbeatInterval, time);
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                await holder.ExecuteAsync(new Sql("select 1"), end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
        catch (NpgsqlException)
        {
            await lost.CancelAsync();
        }
    }
}
