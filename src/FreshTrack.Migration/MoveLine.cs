using System.Globalization;

namespace FreshTrack.Migration;

/// <summary>Puts the progress of a move into words: table, share done, rows and megabytes a second, time left.</summary>
public sealed class MoveLine(IProgress<string> progress) : IProgress<MoveProgress>
{
    public void Report(MoveProgress value)
    {
        var done = value.RowsPlanned is > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * value.Rows / value.RowsPlanned.Value):0}%, ") : "";
        var left = value.Left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {time.TotalSeconds:0} s left") : "";
        progress.Report(value.Stage == "indexes"
            ? string.Create(CultureInfo.InvariantCulture, $"indexes and keys, {value.Rows} of {value.RowsPlanned} done, now {value.Table}")
            : string.Create(CultureInfo.InvariantCulture, $"{value.Table} {done}{value.RowsPerSecond:N0} rows/s, {value.MegabytesPerSecond:0.0} MB/s{left}"));
    }
}
