using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>A session that may write to a frozen source, from <see cref="Freeze.AdmitAsync"/> until it is disposed
/// of.</summary>
/// <remarks>It is known by its server process and that process's start, which nobody can choose, and by the run id that
/// it carries. There is one at a time: whoever takes the pass ends the session that had it.</remarks>
public sealed class FreezePass : IAsyncDisposable
{
    private static readonly Sql Create = Sql.Format(
        $"""
        create table if not exists {OwnNames.Pass} (
            is_only boolean primary key default true check (is_only),
            run_id text not null, pid integer not null, backend_start timestamptz not null)
        """
    );

    // Waits for up to five seconds until it is gone.
    private static readonly Sql EndEarlier = Sql.Format(
        $"""
        select pg_terminate_backend(a.pid, 5000)
        from {OwnNames.Pass} p join pg_stat_activity a on a.pid = p.pid and a.backend_start = p.backend_start
        where a.pid <> pg_backend_pid()
        """
    );

    private static readonly Sql Take = Sql.Format(
        $"""
        insert into {OwnNames.Pass} (run_id, pid, backend_start)
        select $1, pid, backend_start from pg_stat_activity where pid = pg_backend_pid()
        on conflict (is_only) do update
            set (run_id, pid, backend_start) = (excluded.run_id, excluded.pid, excluded.backend_start)
        """
    );

    private static readonly Sql GiveBack = Sql.Format(
        $"delete from {OwnNames.Pass} where pid = pg_backend_pid() and run_id = $1"
    );

    private static readonly Sql Carry = Sql.Format(
        $"select set_config({Sql.Literal(FreezeTriggers.PassSetting)}, $1, false)"
    );

    private readonly string runId;

    private FreezePass(NpgsqlConnection session, string runId) => (Session, this.runId) = (session, runId);

    /// <summary>The session that passes. Another one of the same pool does not.</summary>
    public NpgsqlConnection Session { get; }

    internal static Task InstallAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Create, cancellationToken);

    internal static async Task<FreezePass> TakeAsync(
        NpgsqlConnection session,
        string runId,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        await session.ExecuteAsync(EndEarlier, cancellationToken);
        await session.ExecuteAsync(Take, cancellationToken, runId);
        await session.ExecuteAsync(Carry, cancellationToken, runId);
        return new FreezePass(session, runId);
    }

    /// <summary>Gives the pass back and closes the session.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Session.ExecuteAsync(GiveBack, CancellationToken.None, runId);
            // The pool may hand out the same session to others.
            await Session.ExecuteAsync(Carry, CancellationToken.None, "");
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException)
        {
            // The session was cut off, and its pass is worth nothing to another; or the freeze was lifted meanwhile.
        }

        await Session.DisposeAsync();
    }
}
