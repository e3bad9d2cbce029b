namespace FreshTrack.Migration;

/// <summary>Counts one activity over all its workers and reports after every chunk.</summary>
internal sealed class ActivityProgress(
    string activity,
    long? planned,
    IProgress<MoveProgress>? progress,
    TimeProvider time
)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private long before;
    private long rows;
    private long bytes;

    /// <summary>Says that the activity begins, with what an earlier attempt has done of it.</summary>
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
            new MoveProgress(activity, table, rows, planned, bytes, time.GetElapsedTime(started))
            {
                RowsBefore = before,
            }
        );
}
