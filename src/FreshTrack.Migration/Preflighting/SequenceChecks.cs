using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Sequences: those that could not go on behind the highest value, and those that nobody will set.</summary>
internal static class SequenceChecks
{
    public static IEnumerable<Finding> OfCatalogs(Survey survey)
    {
        foreach (
            var sequence in survey.Source.Sequences.Where(sequence =>
                sequence is { Table: null, IsUsed: false } && !PlanResolver.IsLeft(survey.Plan.Plan, sequence.Name)
            )
        )
        {
            yield return new Finding(
                FindingCodes.SequenceNotMoved,
                Verdict.Warn,
                sequence.Name.ToString(),
                "a sequence of the source that no column uses, and sequences do not move by themselves; "
                    + "name it under 'leave', and set its counterpart if the application draws from it"
            );
        }

        foreach (
            var (table, column) in Numbered(survey)
                .Where(item => item.Column.Default is not null && Owned(survey, item) is null)
        )
        {
            yield return new Finding(
                FindingCodes.SequenceNotSet,
                Verdict.Warn,
                $"{table.Name}.{column.Name}",
                $"its default, {column.Default}, draws from a sequence that the column does not own: the "
                    + "import cannot find it to set it behind the highest value; alter sequence … owned by "
                    + $"{table.Name}.{column.Name}"
            );
        }
    }

    public static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection source,
        Survey survey,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var item in Numbered(survey))
        {
            if (Owned(survey, item) is not { } sequence)
            {
                continue;
            }

            var (table, column) = item;
            decimal next = 1;
            var error = await source.TryAsync(
                async () =>
                    next = await source.ScalarAsync<decimal>(
                        Sql.Format(
                            $"select coalesce(max({new Identifier(column.Name)}), 0)::numeric + 1 from "
                                + $"{table.Rows([column.Name], table.Name.Name)}"
                        ),
                        cancellationToken
                    ),
                cancellationToken
            );
            if (error is not null)
            {
                findings.Add(
                    TargetConditions.NotTestable(
                        $"{table.Name}.{column.Name}",
                        $"sequence {sequence.Name}",
                        Probe.Reason(error)
                    )
                );
            }
            else if (next < sequence.Min || next > sequence.Max)
            {
                var secret = table.Entries.Any(entry => MappedTable.Projection(entry, column.Name)?.IsSecret == true);
                var value = secret ? "a value" : $"{next}";
                findings.Add(
                    new Finding(
                        FindingCodes.SequenceOutOfRange,
                        Verdict.Fail,
                        $"{table.Name}.{column.Name}",
                        $"the sequence {sequence.Name} would have to go on with {value} outside of its "
                            + $"range, {sequence.Min} to {sequence.Max}; alter it"
                    )
                );
            }
        }

        return findings;
    }

    /// <summary>Columns that the plan fills and that a sequence would fill otherwise.</summary>
    private static IEnumerable<(MappedTable Table, CatalogColumn Column)> Numbered(Survey survey) =>
        from table in survey.Tables
        from column in table.Target.Columns
        where
            (column.IsIdentity || column.Default?.Contains("nextval(") == true)
            && table.Entries.Any(entry => MappedTable.Projection(entry, column.Name) is not null)
        select (table, column);

    private static CatalogSequence? Owned(Survey survey, (MappedTable Table, CatalogColumn Column) item) =>
        survey.Target.Sequences.FirstOrDefault(sequence =>
            sequence.Table == item.Table.Name && sequence.Column == item.Column.Name
        );
}
