namespace FreshTrack.Migration;

/// <summary>How far one activity of the move is.</summary>
/// <param name="Activity"><c>export</c>, <c>users</c>, <c>import</c> or <c>indexes</c>.</param>
/// <param name="Table">What was worked on last.</param>
/// <param name="Rows">Rows (users, indexes) done in this activity.</param>
/// <param name="RowsPlanned">Rows of the whole activity; an estimate while exporting, null when unknown.</param>
/// <param name="Bytes">Compressed bytes moved in this activity.</param>
public sealed record MoveProgress(
    string Activity,
    string Table,
    long Rows,
    long? RowsPlanned,
    long Bytes,
    TimeSpan Elapsed
)
{
    /// <summary>Rows that an earlier attempt had done already; part of <c>Rows</c>, but of no speed.</summary>
    public long RowsBefore { get; init; }

    /// <summary>Rows done of those planned, 0 to 1; null when unknown.</summary>
    public double? Share => RowsPlanned is > 0 ? Math.Min(1, (double)Rows / RowsPlanned.Value) : null;

    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? (Rows - RowsBefore) / Elapsed.TotalSeconds : 0;

    public double MegabytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / 1e6 / Elapsed.TotalSeconds : 0;

    /// <summary>At the speed so far; null as long as there is none, or nothing is known to be left.</summary>
    public TimeSpan? Left =>
        RowsPlanned is { } planned && planned > Rows && RowsPerSecond > 0
            ? TimeSpan.FromSeconds((planned - Rows) / RowsPerSecond)
            : null;
}
