namespace FreshTrack.Migration;

/// <summary>The progress of a move in words: table, share done, rows and megabytes a second, time left.</summary>
public static class MoveProgressText
{
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
