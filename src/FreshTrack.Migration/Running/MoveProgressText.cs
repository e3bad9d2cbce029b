namespace FreshTrack.Migration;

/// <summary>Puts the progress of a move into words: table, share done, rows and megabytes a second, time
/// left.</summary>
public sealed class MoveProgressText(IProgress<string> progress) : IProgress<MoveProgress>
{
    public void Report(MoveProgress value) => progress.Report(Of(value));

    public static string Of(MoveProgress value)
    {
        if (value.Activity == "indexes")
        {
            return $"indexes and keys, {value.Rows} of {value.RowsPlanned} done, now {value.Table}";
        }

        var done = value.Share is { } share ? $"{100 * share:0}%, " : "";
        var left = value.Left is { } time ? $", {time.TotalSeconds:0} s left" : "";
        return $"{value.Table} {done}{value.RowsPerSecond:N0} rows/s, {value.MegabytesPerSecond:0.0} MB/s{left}";
    }
}
