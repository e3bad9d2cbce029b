using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>The moment up to which everything moves, and after which nothing was written to what moves.</summary>
/// <param name="Wal">Position in the source's write-ahead log, as PostgreSQL prints it: <c>16/B374D848</c>.</param>
/// <param name="At">The source's clock.</param>
/// <param name="State">The frozen tables, to be compared with later.</param>
public sealed record CutoverPoint(string Wal, DateTimeOffset At, SourceState State)
{
    // The position of insertion, not the one that is written out: what is not on disk yet counts too.
    private static readonly Sql Now = new("select pg_current_wal_insert_lsn()::text, clock_timestamp()");

    /// <summary>Takes the point after the freeze is proved. Each trigger waited for the transactions that were writing
    /// to its table: a write that was let through is before this position, and there is none after it.</summary>
    /// <param name="state">As the proof left it.</param>
    public static async Task<CutoverPoint> TakeAsync(
        NpgsqlDataSource source,
        SourceState state,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-freeze", cancellationToken);
        var point = await connection.ListAsync(
            Now,
            row => (Wal: row.GetString(0), At: row.GetFieldValue<DateTimeOffset>(1)),
            cancellationToken
        );
        return new CutoverPoint(point[0].Wal, point[0].At, state);
    }
}
