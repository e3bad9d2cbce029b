using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Turns pairs of hashes into rows with key, columns and both values.</summary>
internal sealed class DifferenceReader(ComparedTable table, Session source, Session target)
{
    private const string Masked = "(secret)";

    public async Task<IReadOnlyList<RowDifference>> ReadAsync(IReadOnlyList<RowPair> pairs, CancellationToken cancellationToken)
    {
        var keys = pairs.Select(pair => pair.Key1).Distinct().ToArray();
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => CellsAsync(source, table.Source, keys, token), token => CellsAsync(target, table.Target, keys, token), cancellationToken);
        return [.. pairs.Select(pair => Describe(pair, Find(ofSource, pair.Source), Find(ofTarget, pair.Target)))];
    }

    private static Cells? Find(ILookup<HashedRow, Cells> rows, HashedRow? row) => row is { } hashed
        ? rows[hashed].FirstOrDefault() ?? throw new QueryFailedException("A row that differs was not returned when it was asked for.")
        : null;

    private static async Task<ILookup<HashedRow, Cells>> CellsAsync(Session session, HashedTable side, long[] keys, CancellationToken cancellationToken)
    {
        var rows = await session.ListAsync(
            side.Cells(),
            row => new Cells(
                new HashedRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
                row.GetFieldValue<long[]>(4),
                row.GetFieldValue<string?[]>(5)),
            cancellationToken,
            keys);
        return rows.ToLookup(row => row.Row);
    }

    private RowDifference Describe(RowPair pair, Cells? left, Cells? right)
    {
        var shown = (left ?? right)!;
        var key = table.Source.Key.Select(index => new KeyValue(table.Table.Columns[index].Target, Value(shown, index)));
        var changed = left is null || right is null ? [] : Enumerable.Range(0, table.Table.Columns.Count).Where(index => left.Hashes[index] != right.Hashes[index]).ToList();
        return changed.Count > 0 || pair.Kind != DifferenceKind.Changed
            ? new RowDifference(pair.Kind, table.Table.Target.ToString(), [.. key], [.. changed.Select(index => Cell(index, left!, right!))])
            : throw new QueryFailedException("Two rows hash differently though all of their cells hash alike.");
    }

    private CellDifference Cell(int index, Cells left, Cells right) => new(table.Table.Columns[index].Target, Value(left, index), Value(right, index));

    private string? Value(Cells cells, int index) => table.Source.Secret[index] ? Masked : cells.Shown[index];

    private sealed record Cells(HashedRow Row, long[] Hashes, string?[] Shown);
}
