namespace FreshTrack.Verification.Databases;

/// <summary>A moment of a database, shared by all sessions that read it.</summary>
/// <param name="Id">What the sessions import it by.</param>
/// <param name="Transactions">Which transactions it sees.</param>
internal sealed record Snapshot(string Id, string Transactions)
{
    public static Task<Snapshot> ExportAsync(Session session, CancellationToken cancellationToken) =>
        session.SingleAsync(
            new Sql("select pg_export_snapshot(), pg_current_snapshot()::text"),
            row => new Snapshot(row.GetString(0), row.GetString(1)),
            cancellationToken
        );

    /// <summary>Must be the transaction's first statement.</summary>
    public Task ImportAsync(Session session, CancellationToken cancellationToken) =>
        session.ExecuteAsync(Sql.Format($"set transaction snapshot {Sql.Literal(Id)}"), cancellationToken);

    /// <exception cref="QueryFailedException">The session sees other transactions.</exception>
    public async Task DemandAsync(Session session, CancellationToken cancellationToken)
    {
        var seen = await session.SingleAsync(
            new Sql("select pg_current_snapshot()::text"),
            row => row.GetString(0),
            cancellationToken
        );
        if (seen != Transactions)
        {
            throw new QueryFailedException(
                $"A session of the {session.Side} sees transactions {seen} where the snapshot has {Transactions}."
            );
        }
    }
}
