namespace FreshTrack.Verification.Contents;

/// <summary>Counts every differing row and column, and keeps the first rows to be listed. Memory does not grow with the
/// number of differences.</summary>
internal sealed class DifferenceSummary(ComparedTable compared)
{
    private const string Masked = "(secret)";

    private readonly TargetTable table = compared.Table;
    private readonly long[] kinds = new long[3];
    private readonly long[] columns = new long[compared.Table.Columns.Count];
    private readonly List<RowDifference> listed = [];

    public void Add(RowPair pair)
    {
        kinds[(int)pair.Kind]++;
        var changed = pair.ChangedColumns();
        foreach (var index in changed)
        {
            columns[index]++;
        }

        if (listed.Count < Differences.MaximumListed)
        {
            listed.Add(Describe(pair, changed));
        }
    }

    public Differences ToDifferences() =>
        new(
            kinds[(int)DifferenceKind.Missing],
            kinds[(int)DifferenceKind.Extra],
            kinds[(int)DifferenceKind.Changed],
            [
                .. table
                    .Columns.Zip(columns, (column, rows) => new ColumnDifferences(column.Target, rows))
                    .Where(column => column.Rows > 0),
            ],
            listed
        );

    private RowDifference Describe(RowPair pair, IReadOnlyList<int> changed) =>
        new(
            pair.Kind,
            table.Name.ToString(),
            [
                .. compared.Source.Key.Select(index => new KeyValue(
                    table.Columns[index].Target,
                    Value(pair.Shown, index)
                )),
            ],
            [
                .. changed.Select(index => new CellDifference(
                    table.Columns[index].Target,
                    Value(pair.Source!.Value, index),
                    Value(pair.Target!.Value, index)
                )),
            ]
        );

    private string? Value(HashedRow row, int index) =>
        table.Secret.Contains(table.Columns[index].Target) ? Masked : row.Cells[index];
}
