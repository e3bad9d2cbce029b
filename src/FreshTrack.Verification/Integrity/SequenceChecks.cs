using FreshTrack.Plan;

namespace FreshTrack.Verification.Integrity;

/// <summary>A sequence stands at or beyond the greatest value of its column, or the next insert would collide.</summary>
internal static class SequenceChecks
{
    public static IEnumerable<ICheck> For(TargetCatalog catalog, PlannedTables planned) => catalog.Sequences.Where(sequence => planned.Contains(sequence.Table)).Select(sequence => Check(sequence, planned));

    private static TargetCheck Check(OwnedSequence sequence, PlannedTables planned) => new(
        CheckNames.Sequences,
        sequence.Sequence.ToString(),
        async (target, cancellationToken) =>
        {
            var beyond = sequence.Descends ? new Sql("<") : new Sql(">");
            var ahead = Sql.Format(
                $"""
                select t.{new Identifier(sequence.Column)}::text as name from {sequence.Table} as t, {sequence.Sequence} as s
                where t.{new Identifier(sequence.Column)} {beyond} s.last_value or (t.{new Identifier(sequence.Column)} = s.last_value and not s.is_called)
                """);
            var tally = await Tally.AskAsync(target, sequence.Table, ahead, cancellationToken);
            return tally.Judge($"values of {sequence.Table}.{sequence.Column} are ahead of {sequence.Sequence}", "The sequence is beyond every value.", planned.MayBeEmpty(sequence.Table));
        });
}
