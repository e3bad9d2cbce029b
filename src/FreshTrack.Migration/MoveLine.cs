namespace FreshTrack.Migration;

/// <summary>Puts the progress of a move into words:
/// table, share done, rows and megabytes a second, time left.</summary>
public sealed class MoveLine(IProgress<string> progress) : IProgress<MoveProgress>
{
    public void Report(MoveProgress value)
    {
        var done = value.RowsPlanned is > 0
            ? $"{Math.Min(100, 100.0 * value.Rows / value.RowsPlanned.Value):0}%, "
            : "";
        var left = value.Left is { } time ? $", {time.TotalSeconds:0} s left" : "";
        progress.Report(
            value.Stage == "indexes"
                ? $"indexes and keys, {value.Rows} of {value.RowsPlanned} done, now {value.Table}"
                : $"{value.Table} {done}{value.RowsPerSecond:N0} rows/s, {value.MegabytesPerSecond:0.0} MB/s{left}"
        );
    }
}
