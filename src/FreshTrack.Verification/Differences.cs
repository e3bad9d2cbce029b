namespace FreshTrack.Verification;

/// <summary>How a table's contents differ: exact counts, and the first rows by name.</summary>
/// <param name="Missing">Rows of the source that the target lacks.</param>
/// <param name="Extra">Rows of the target that the source lacks.</param>
/// <param name="Changed">Rows of both with other values.</param>
/// <param name="Columns">For every column that differs anywhere, in how many changed rows.</param>
/// <param name="Listed">At most <see cref="MaximumListed"/> rows, ordered by a hash of the key.</param>
public sealed record Differences(
    long Missing,
    long Extra,
    long Changed,
    IReadOnlyList<ColumnDifferences> Columns,
    IReadOnlyList<RowDifference> Listed
)
{
    public const int MaximumListed = 100;

    public long Total => Missing + Extra + Changed;
}

/// <param name="Rows">Changed rows in which the two sides hold different values of it.</param>
public sealed record ColumnDifferences(string Column, long Rows);

public enum DifferenceKind
{
    Missing,
    Extra,
    Changed,
}

/// <param name="Key">Key column and value, in the key's order.</param>
/// <param name="Cells">The changed columns; empty for a missing or extra row.</param>
public sealed record RowDifference(
    DifferenceKind Kind,
    string Table,
    IReadOnlyList<KeyValue> Key,
    IReadOnlyList<CellDifference> Cells
)
{
    public override string ToString() =>
        $"{Kind} in {Table} {string.Join(", ", Key.Select(part => $"{part.Column}={part.Value}"))}"
        + (Cells.Count == 0 ? "" : $": {string.Join(", ", Cells.Select(cell => cell.Column))}");
}

public sealed record KeyValue(string Column, string? Value);

/// <summary>Both values of a changed cell, in text, long ones cut;
/// null is SQL's NULL. A secret column's values are masked.</summary>
public sealed record CellDifference(string Column, string? Source, string? Target);
