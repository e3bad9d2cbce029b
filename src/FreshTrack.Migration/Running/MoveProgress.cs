namespace FreshTrack.Migration;

/// <summary>How far one stage of the move is.</summary>
/// <param name="Stage"><c>export</c>, <c>users</c>, <c>import</c> or <c>indexes</c>.</param>
/// <param name="Table">What was worked on last.</param>
/// <param name="Rows">Rows (users, indexes) done in this stage.</param>
/// <param name="RowsPlanned">Rows of the whole stage; an estimate while exporting, null when unknown.</param>
/// <param name="Bytes">Compressed bytes moved in this stage.</param>
public sealed record MoveProgress(
    string Stage,
    string Table,
    long Rows,
    long? RowsPlanned,
    long Bytes,
    TimeSpan Elapsed
)
{
    /// <summary>Rows that an earlier attempt had done already; part of <c>Rows</c>, but of no speed.</summary>
    public long RowsBefore { get; init; }

    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? (Rows - RowsBefore) / Elapsed.TotalSeconds : 0;

    public double MegabytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / 1e6 / Elapsed.TotalSeconds : 0;

    /// <summary>At the speed so far; null as long as there is none, or nothing is known to be left.</summary>
    public TimeSpan? Left =>
        RowsPlanned is { } planned && planned > Rows && RowsPerSecond > 0
            ? TimeSpan.FromSeconds((planned - Rows) / RowsPerSecond)
            : null;
}

/// <summary>Counts one stage over all its workers and reports after every chunk.</summary>
internal sealed class StageProgress(string stage, long? planned, IProgress<MoveProgress>? progress, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private long before;
    private long rows;
    private long bytes;

    /// <summary>Says that the stage begins, with what an earlier attempt has done of it.</summary>
    public void Begin(long rowsBefore = 0)
    {
        lock (gate)
        {
            before = rowsBefore;
            rows = rowsBefore;
            Report("");
        }
    }

    public void Add(string table, long moreRows, long moreBytes)
    {
        lock (gate)
        {
            rows += moreRows;
            bytes += moreBytes;
            Report(table);
        }
    }

    private void Report(string table) =>
        progress?.Report(
            new MoveProgress(stage, table, rows, planned, bytes, time.GetElapsedTime(started)) { RowsBefore = before }
        );
}
