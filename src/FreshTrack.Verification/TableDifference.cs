using System.Runtime.CompilerServices;
using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification;

/// <summary>Every row in which a table of the target differs from what the plan makes of the source: what would have to
/// be inserted, updated and deleted by key.</summary>
public static class TableDifference
{
    /// <summary>Reads until the last difference; memory does not grow with their number. Two equal tables yield
    /// nothing.</summary>
    /// <param name="target">A table of the target that the plan fills.</param>
    /// <exception cref="RefusedException">The plan does not fill that table.</exception>
    /// <exception cref="IncomparableException">The plan does not fit the databases, or key
    /// or types of the two sides do not allow to compare them.</exception>
    /// <exception cref="QueryFailedException">A database failed. What was yielded until then is true, but not
    /// all.</exception>
    public static async IAsyncEnumerable<RowChange> ReadAsync(
        VerificationRequest request,
        TableName target,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (request.Plan.Targets.All(table => table.Name != target))
        {
            throw new RefusedException(
                $"The plan fills no table {target}, so it has no difference to the source. Name one of "
                    + $"{string.Join(", ", request.Plan.Targets.Select(table => table.Name))}."
            );
        }

        await using var sides = await BothSides.OpenAsync(request, cancellationToken);
        var scope = await PlanScope.ReadAsync(request.Plan, sides, request.Clock.GetUtcNow(), cancellationToken);
        var table = scope.ObstacleTo(target) is { } obstacle
            ? throw new IncomparableException($"The plan does not fit: {obstacle}")
            : scope.Plan.FindTarget(target)!;
        await using var ofSource = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var ofTarget = await sides.Target.OpenSessionAsync(cancellationToken);
        var compared = await ComparedTable.PrepareAsync(table, ofSource, ofTarget, cancellationToken);
        await foreach (
            var pair in new DifferenceFinder(compared, ofSource, ofTarget, whole: true).FindAsync(cancellationToken)
        )
        {
            yield return new RowChange(
                pair.Kind,
                table.Name,
                [.. compared.Source.Key.Select(index => table.Columns[index].Target)],
                [.. pair.ChangedColumns().Select(index => table.Columns[index].Target)],
                Values(table, pair.Source),
                Values(table, pair.Target)
            );
        }
    }

    private static Dictionary<string, string?>? Values(TargetTable table, HashedRow? row) =>
        row is { Cells: var cells }
            ? table.Columns.Zip(cells).ToDictionary(column => column.First.Target, column => column.Second)
            : null;
}

/// <summary>One differing row with all of its values, secrets included: never to be logged. As text it names kind,
/// table and columns only.</summary>
/// <param name="Key">Columns of the target that identify the row.</param>
/// <param name="Changed">Columns in which the two sides differ; none for a missing or extra row.</param>
/// <param name="Source">What the plan makes of the source's row, by target column, as PostgreSQL prints it; null when
/// the source has no such row.</param>
/// <param name="Target">What the target holds, user ids mapped back to the source's; null when it has no such
/// row.</param>
public sealed record RowChange(
    DifferenceKind Kind,
    TableName Table,
    IReadOnlyList<string> Key,
    IReadOnlyList<string> Changed,
    IReadOnlyDictionary<string, string?>? Source,
    IReadOnlyDictionary<string, string?>? Target
)
{
    public override string ToString() => $"{Kind} in {Table}: {string.Join(", ", Changed)}";
}
