using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>A sequence stands at or beyond the last value of its column, and has a next one; else the next insert
/// collides or fails.</summary>
internal static class SequenceChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, ResolvedPlan plan) =>
        from sequence in catalog.Sequences
        let table = plan.FindTarget(sequence.Table)
        where table is not null
        select Check(sequence, table);

    private static TargetCheck Check(ColumnSequence sequence, TargetTable table) =>
        new(
            CheckNames.Sequences,
            sequence.Sequence.ToString(),
            async (target, cancellationToken) =>
            {
                var column = $"{sequence.Table}.{sequence.Column}";
                var values = new RuledRows(
                    sequence.Table,
                    [new RowRule($"{sequence.Column} is ahead of {sequence.Sequence}", Ahead(sequence))],
                    [sequence.Column],
                    table.Secret
                );
                var (rows, ahead, said) = await values.AskAsync(target, cancellationToken);
                return await IsAtEndAsync(sequence, target, cancellationToken)
                    ? Outcome.Judge(
                        rows,
                        ahead + 1,
                        (
                            $"{sequence.Sequence} has given its last value, {sequence.End}: the next insert "
                            + $"into {column} fails. {said}"
                        ).TrimEnd()
                    )
                    : Outcome.Judge(
                        rows,
                        ahead,
                        ahead == 0 ? $"The sequence is beyond every value of {column}." : said,
                        table.MayBeEmpty
                    );
            }
        );

    /// <summary>True of a row whose value the sequence has yet to give. What setval() leaves uncalled is given out
    /// next.</summary>
    internal static Sql Ahead(ColumnSequence sequence)
    {
        var (column, last) = (
            new Identifier(sequence.Column),
            Sql.Format($"(select last_value from {sequence.Sequence})")
        );
        return Sql.Format(
            $"{column} {Beyond(sequence)} {last} or ({column} = {last} and not (select is_called from "
                + $"{sequence.Sequence}))"
        );
    }

    private static Task<bool> IsAtEndAsync(
        ColumnSequence sequence,
        Session target,
        CancellationToken cancellationToken
    ) =>
        sequence.Cycles
            ? Task.FromResult(false)
            : target.SingleAsync(
                Sql.Format(
                    $"select is_called and last_value::numeric + {sequence.Increment} {Beyond(sequence)} "
                        + $"{sequence.End} from {sequence.Sequence}"
                ),
                row => row.GetBoolean(0),
                cancellationToken
            );

    private static Sql Beyond(ColumnSequence sequence) => new(sequence.Increment > 0 ? ">" : "<");
}
