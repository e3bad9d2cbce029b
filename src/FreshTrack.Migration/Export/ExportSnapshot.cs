using System.Data;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Exporting;

/// <summary>One snapshot of the source, held open, that every export worker reads.</summary>
internal sealed class ExportSnapshot : IAsyncDisposable
{
    // A chunk that is read again must give the same rows in the same order: its parts may be half imported.
    private static readonly Sql Ordered = new(
        "set synchronize_seqscans = off; set max_parallel_workers_per_gather = 0"
    );

    private readonly NpgsqlDataSource source;
    private readonly string session;

    private ExportSnapshot(NpgsqlDataSource source, string session, NpgsqlConnection holder, string name)
    {
        this.source = source;
        this.session = session;
        Holder = holder;
        Name = name;
    }

    /// <summary>The connection that holds the snapshot; free for queries within it.</summary>
    public NpgsqlConnection Holder { get; }

    public string Name { get; }

    public static async Task<ExportSnapshot> TakeAsync(
        NpgsqlDataSource source,
        string session,
        CancellationToken cancellationToken
    )
    {
        var holder = await Sessions.OpenAsync(source, session, cancellationToken);
        try
        {
            await holder.ExecuteAsync(
                new Sql("begin transaction isolation level repeatable read read only"),
                cancellationToken
            );
            var name = await holder.ScalarAsync<string>(new Sql("select pg_export_snapshot()"), cancellationToken);
            return new ExportSnapshot(source, session, holder, name!);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of its own that sees exactly what <see cref="Holder"/> sees.</summary>
    public async Task<NpgsqlConnection> JoinAsync(CancellationToken cancellationToken)
    {
        var connection = await Sessions.OpenAsync(source, session, cancellationToken);
        try
        {
            await connection.ExecuteAsync(Ordered, cancellationToken);
            await connection.ExecuteAsync(
                Sql.Format(
                    $"""
                    begin transaction isolation level repeatable read read only;
                    set transaction snapshot {Sql.Literal(Name)}
                    """
                ),
                cancellationToken
            );
            return connection;
        }
        catch (PostgresException error)
            when (error.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject)
        {
            // Preflight has seen that snapshots can be shared here, so its holder is gone: that passes with a new one.
            await connection.DisposeAsync();
            throw new IOException(
                $"The snapshot '{Name}' is no longer there: its session was cut off, or the source is reached through "
                    + "a transaction pooler, which shares none. Use the direct connection or the session pooler.",
                error
            );
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Holder.State == ConnectionState.Open)
        {
            // What was only read needs no commit; a broken connection has rolled back already.
            await Holder.CloseAsync();
        }

        await Holder.DisposeAsync();
    }
}
