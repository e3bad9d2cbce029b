using System.Runtime.CompilerServices;
using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>In which rows a target differs from what the plan makes of a source: what would have to be inserted,
/// updated and deleted by key. All tables are read at one snapshot a side.</summary>
public sealed class PlanDifference : IAsyncDisposable
{
    private readonly BothSides sides;
    private readonly PlanScope scope;

    private PlanDifference(BothSides sides, PlanScope scope) => (this.sides, this.scope) = (sides, scope);

    /// <summary>Takes a snapshot of each side and reads both catalogs.</summary>
    /// <exception cref="QueryFailedException">A database failed.</exception>
    public static async Task<PlanDifference> OpenAsync(VerificationRequest request, CancellationToken cancellationToken)
    {
        var both = await BothSides.OpenAsync(request, cancellationToken);
        try
        {
            return new PlanDifference(
                both,
                await PlanScope.ReadAsync(request.Plan, both, request.Clock.GetUtcNow(), cancellationToken)
            );
        }
        catch
        {
            await both.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads until the last difference; memory does not grow with their number. Two equal tables yield
    /// nothing.</summary>
    /// <param name="target">A table of the target that the plan fills.</param>
    /// <exception cref="RefusedException">The plan does not fill that table.</exception>
    /// <exception cref="IncomparableException">The plan does not fit the databases, or key
    /// or types of the two sides do not allow to compare them.</exception>
    /// <exception cref="QueryFailedException">A database failed. What was yielded until then is true, but not
    /// all.</exception>
    public async IAsyncEnumerable<RowChange> RowsAsync(
        TableName target,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (pair, table, key) in PairsAsync(target, RowCells.Whole, cancellationToken))
        {
            yield return new RowChange(
                pair.Kind,
                table.Name,
                key,
                [.. pair.ChangedColumns().Select(index => table.Columns[index].Target)],
                Values(table, pair.Source),
                Values(table, pair.Target)
            );
        }
    }

    /// <summary>The same rows by their keys alone: much less to read where many rows differ.</summary>
    /// <inheritdoc cref="RowsAsync"/>
    public async IAsyncEnumerable<KeyChange> KeysAsync(
        TableName target,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var (pair, _, _) in PairsAsync(target, RowCells.Key, cancellationToken))
        {
            yield return new KeyChange(pair.Kind, pair.Shown.Cells);
        }
    }

    public ValueTask DisposeAsync() => sides.DisposeAsync();

    private async IAsyncEnumerable<(RowPair Pair, TargetTable Table, IReadOnlyList<string> Key)> PairsAsync(
        TableName target,
        RowCells cells,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (scope.Plan.Plan.Targets.All(table => table.Name != target))
        {
            throw new RefusedException(
                $"The plan fills no table {target}, so it has no difference to the source. Name one of "
                    + $"{string.Join(", ", scope.Plan.Plan.Targets.Select(table => table.Name))}."
            );
        }

        var table = scope.ObstacleTo(target) is { } obstacle
            ? throw new IncomparableException($"The plan does not fit: {obstacle}")
            : scope.Plan.FindTarget(target)!;
        await using var ofSource = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var ofTarget = await sides.Target.OpenSessionAsync(cancellationToken);
        var compared = await ComparedTable.PrepareAsync(table, ofSource, ofTarget, cancellationToken);
        IReadOnlyList<string> key = [.. compared.Source.Key.Select(index => table.Columns[index].Target)];
        await foreach (
            var pair in new DifferenceFinder(compared, ofSource, ofTarget, cells).FindAsync(cancellationToken)
        )
        {
            yield return (pair, table, key);
        }
    }

    private static Dictionary<string, string?>? Values(TargetTable table, HashedRow? row) =>
        row is { Cells: var cells }
            ? table.Columns.Zip(cells).ToDictionary(column => column.First.Target, column => column.Second)
            : null;
}

/// <summary>The key of one differing row, which may be secret: never to be logged.</summary>
/// <param name="Key">Values of the key's columns in the key's order, as PostgreSQL prints them, user ids mapped back to
/// the source's; of all columns where the table has no key.</param>
public sealed record KeyChange(DifferenceKind Kind, IReadOnlyList<string?> Key)
{
    public override string ToString() => $"{Kind}";
}
