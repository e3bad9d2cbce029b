using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>A column that the plan fills and that a sequence would fill otherwise.</summary>
/// <param name="Sequence">The sequence that the column owns; null when it draws from one that it does not own.</param>
internal sealed record NumberedColumn(MappedTable Table, CatalogColumn Column, CatalogSequence? Sequence)
{
    public string Subject => $"{Table.Name}.{Column.Name}";

    public static IEnumerable<NumberedColumn> Of(Survey survey) =>
        from table in survey.Tables
        from column in table.Target.Columns
        where column.IsNumbered && table.Entries.Any(entry => MappedTable.Projection(entry, column.Name) is not null)
        select new NumberedColumn(
            table,
            column,
            survey.TargetCatalog.Sequences.FirstOrDefault(sequence =>
                sequence.Table == table.Name && sequence.Column == column.Name
            )
        );
}
