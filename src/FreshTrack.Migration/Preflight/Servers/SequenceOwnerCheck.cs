using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Sequences that nobody will set: the source's own, and those that no column of the target owns.</summary>
internal static class SequenceOwnerCheck
{
    public static Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Finding>>([.. NotMoved(survey), .. NotSet(survey)]);

    private static IEnumerable<Finding> NotMoved(Survey survey) =>
        survey
            .SourceCatalog.Sequences.Where(sequence =>
                sequence is { Table: null, IsUsed: false } && !PlanResolver.IsLeft(survey.Plan.Plan, sequence.Name)
            )
            .Select(sequence => new Finding(
                FindingCodes.SequenceNotMoved,
                Verdict.Warn,
                sequence.Name.ToString(),
                "a sequence of the source that no column uses, and sequences do not move by themselves; "
                    + "name it under 'leave', and set its counterpart if the application draws from it"
            ));

    private static IEnumerable<Finding> NotSet(Survey survey) =>
        NumberedColumn
            .Of(survey)
            .Where(numbered => numbered is { Column.Default: not null, Sequence: null })
            .Select(numbered => new Finding(
                FindingCodes.SequenceNotSet,
                Verdict.Warn,
                numbered.Subject,
                $"its default, {numbered.Column.Default}, draws from a sequence that the column does not own: the "
                    + "import cannot find it to set it behind the highest value; alter sequence … owned by "
                    + numbered.Subject
            ));
}
