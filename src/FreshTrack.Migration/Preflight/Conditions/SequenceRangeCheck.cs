using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Sequences that could not continue behind the highest value.</summary>
internal static class SequenceRangeCheck
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var numbered in NumberedColumn.Of(survey))
        {
            if (numbered.Sequence is { } sequence)
            {
                findings.AddRange(
                    await survey.Source.TestAsync(
                        numbered.Subject,
                        $"sequence {sequence.Name}",
                        () => TestAsync(survey, numbered, sequence, cancellationToken),
                        cancellationToken
                    )
                );
            }
        }

        return findings;
    }

    private static async Task<Finding?> TestAsync(
        Survey survey,
        NumberedColumn numbered,
        CatalogSequence sequence,
        CancellationToken cancellationToken
    )
    {
        var (table, column) = (numbered.Table, numbered.Column.Name);
        var next = await survey.Source.ScalarAsync<decimal>(
            Sql.Format($"select coalesce(max({new Identifier(column)}), 0)::numeric + 1 from {table.From([column])}"),
            cancellationToken
        );
        if (next >= sequence.Min && next <= sequence.Max)
        {
            return null;
        }

        var isSecret = table.Entries.Any(entry => MappedTable.Projection(entry, column)?.IsSecret == true);
        return new Finding(
            FindingCodes.SequenceOutOfRange,
            Verdict.Fail,
            numbered.Subject,
            $"the sequence {sequence.Name} would have to go on with {(isSecret ? "a value" : $"{next}")} outside of "
                + $"its range, {sequence.Min} to {sequence.Max}; alter it"
        );
    }
}
