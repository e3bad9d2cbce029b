using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Every cell of every row, mapped user ids included: whole-row checksums on both sides at once, and the
/// differing rows by name.</summary>
internal sealed class ContentsCheck(TargetTable table) : ICheck
{
    public string Name => CheckNames.Contents;

    public string Subject => table.Name.ToString();

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var compared = await ComparedTable.PrepareAsync(table, source, target, cancellationToken);
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => source.SingleAsync(compared.Source.Totals(), row => Totals.Read(row), token),
            token => target.SingleAsync(compared.Target.Totals(), row => Totals.Read(row), token),
            cancellationToken
        );
        var rows = Math.Max(ofSource.Rows, ofTarget.Rows);
        if (ofSource == ofTarget)
        {
            return Outcome.Judge(
                rows,
                0,
                $"All {rows} rows are equal in {table.Columns.Count} columns.",
                table.MayBeEmpty
            );
        }

        var found = await LocateAsync(compared, source, target, cancellationToken);
        return found.Missing - found.Extra == ofSource.Rows - ofTarget.Rows && found.Total > 0
            ? Outcome.Judge(rows, found.Total, Reason(found), differences: found)
            : Outcome.Inconclusive(
                $"The source has {ofSource.Rows} rows and the target {ofTarget.Rows}, their checksums "
                    + $"differ, but {found.Missing} missing, {found.Extra} extra "
                    + $"and {found.Changed} changed rows do not explain it."
            );
    }

    private static async Task<Differences> LocateAsync(
        ComparedTable compared,
        Session source,
        Session target,
        CancellationToken cancellationToken
    )
    {
        var summary = new DifferenceSummary(compared);
        await foreach (
            var pair in new DifferenceFinder(compared, source, target, RowCells.Shown).FindAsync(cancellationToken)
        )
        {
            summary.Add(pair);
        }

        return summary.ToDifferences();
    }

    private string Reason(Differences found) =>
        $"{table.Name}: {found.Missing} rows missing, {found.Extra} extra, {found.Changed} changed"
        + (found.Columns.Count == 0 ? "" : $" ({string.Join(", ", found.Columns.Select(Counted))})")
        + $". First: {found.Listed[0]}.";

    private static string Counted(ColumnDifferences column) => $"{column.Column} in {column.Rows}";
}
