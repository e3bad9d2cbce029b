using System.Data;
using System.Data.Common;

namespace FreshTrack.Verification.Databases;

/// <summary>One database, held at one snapshot that all of its sessions read.</summary>
internal sealed class Side : IAsyncDisposable
{
    private readonly DbDataSource source;
    private readonly Session leader;

    private Side(DbDataSource source, Session leader, Snapshot snapshot, ServerFacts facts) =>
        (this.source, this.leader, Snapshot, Facts) = (source, leader, snapshot, facts);

    public string Name => leader.Side;

    public Snapshot Snapshot { get; }

    public ServerFacts Facts { get; }

    public static async Task<Side> OpenAsync(string name, DbDataSource source, CancellationToken cancellationToken)
    {
        var first = await BeginAsync(name, source, null, cancellationToken);
        try
        {
            var snapshot = await Snapshot.ExportAsync(first, cancellationToken);
            return new Side(source, first, snapshot, await ServerFacts.ReadAsync(first, cancellationToken));
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    public Task<Session> OpenSessionAsync(CancellationToken cancellationToken) =>
        BeginAsync(Name, source, Snapshot, cancellationToken);

    public ValueTask DisposeAsync() => leader.DisposeAsync();

    private static async Task<Session> BeginAsync(
        string name,
        DbDataSource source,
        Snapshot? snapshot,
        CancellationToken cancellationToken
    )
    {
        DbConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancellationToken);
            var session = new Session(
                name,
                connection,
                await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
            );
            await (snapshot?.ImportAsync(session, cancellationToken) ?? Task.CompletedTask);
            await SessionSettings.ApplyAsync(session, cancellationToken);
            await (snapshot?.DemandAsync(session, cancellationToken) ?? Task.CompletedTask);
            return session;
        }
        catch (Exception exception)
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (exception is OperationCanceledException or QueryFailedException)
            {
                throw;
            }

            throw QueryFailedException.From(name, exception);
        }
    }
}

/// <summary>What tells two databases apart, and whether they hash alike.</summary>
/// <param name="Server">Start time of the server and oid of the database:
/// equal only for one and the same database.</param>
/// <param name="Probe">Hash of a fixed row: equal unless the two servers' hash functions differ.</param>
internal sealed record ServerFacts(string Server, long Probe)
{
    private static readonly Sql[] Row =
    [
        new("1::int8"),
        new("-1.50::numeric"),
        new("'probe'::text"),
        new("null::text"),
        new("timestamptz '2026-01-15 00:00:00.000001Z'"),
    ];

    private static readonly Sql Query = Sql.Format(
        $"""
        select pg_postmaster_start_time()::text || ' ' || oid::text, {RowHash.Of(Row, RowHash.FirstSeed)}
        from pg_database
        where datname = current_database()
        """
    );

    public static Task<ServerFacts> ReadAsync(Session session, CancellationToken cancellationToken) =>
        session.SingleAsync(
            Query,
            reader => new ServerFacts(reader.GetString(0), reader.GetInt64(1)),
            cancellationToken
        );
}
