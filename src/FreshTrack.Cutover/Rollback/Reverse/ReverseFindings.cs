using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>What the catalogs alone say of a way back: which values, rows and columns of the target the source could
/// not take. Pure.</summary>
public static class ReverseFindings
{
    public static IEnumerable<Finding> Of(IReadOnlyList<ReverseTable> tables, Catalog source, Catalog target) =>
        tables.SelectMany(table =>
            table.Obstacle is { } obstacle
                ?
                [
                    new Finding(
                        ReverseFindingCodes.TableNotReturned,
                        Verdict.Warn,
                        table.Source.ToString(),
                        $"no row of {table.Target} goes back: {obstacle}"
                    ),
                ]
                : Columns(table, source, target).Concat(ReverseRules.Of(table))
        );

    private static IEnumerable<Finding> Columns(ReverseTable table, Catalog source, Catalog target)
    {
        foreach (var column in table.Columns)
        {
            foreach (var finding in Value(table, column, source, target))
            {
                yield return finding;
            }
        }

        foreach (var name in table.Unreversed)
        {
            yield return Of(
                table,
                name,
                ReverseFindingCodes.ExpressionMissing,
                Verdict.Fail,
                "goes into an expression and nothing says how it comes back; name it under 'reverse'"
            );
        }

        foreach (var column in table.Kept.Where(column => !table.Unreversed.Contains(column.Name)))
        {
            yield return Kept(table, column);
        }

        foreach (var name in TakenTwice(table))
        {
            yield return Of(
                table,
                name,
                ReverseFindingCodes.TakenTwice,
                Verdict.Warn,
                "goes into several columns of the target; it comes back from the first of them, whatever is written "
                    + "to the others"
            );
        }

        foreach (var column in OfTargetAlone(table))
        {
            yield return new Finding(
                ReverseFindingCodes.ColumnOfTarget,
                Verdict.Pass,
                $"{table.Target}.{column.Name}",
                "the source has no place for it; what is written to it stays behind"
            );
        }
    }

    private static Finding Kept(ReverseTable table, CatalogColumn column)
    {
        if (ReturnPlan.OwnColumns.Contains((table.Source, column.Name)))
        {
            return Of(
                table,
                column.Name,
                ReverseFindingCodes.OwnColumn,
                Verdict.Pass,
                "the cutover sets it on the target; the source keeps its own value"
            );
        }

        return column.FillsItself
            ? Of(
                table,
                column.Name,
                ReverseFindingCodes.ColumnLeft,
                Verdict.Pass,
                "the plan leaves it behind: a row keeps its value, a new row gets "
                    + (column.Default is { } value ? $"its default {value}" : "NULL")
            )
            : Of(
                table,
                column.Name,
                ReverseFindingCodes.ColumnNotFilled,
                Verdict.Fail,
                "takes no NULL, has no default, and nothing fills it for a new row; name it under 'reverse'"
            );
    }

    private static IEnumerable<Finding> Value(ReverseTable table, ReverseColumn column, Catalog source, Catalog target)
    {
        if (table.TargetTable.Columns.FirstOrDefault(item => IsFrom(column, item)) is not { } from)
        {
            yield break;
        }

        var (wanted, held) = (Plain(column.Column, source), Plain(from, target));
        if (Narrowing.Describe(held, wanted) is { } loss && !column.Column.IsEnum)
        {
            yield return Of(
                table,
                column.Name,
                ReverseFindingCodes.Narrowing,
                Verdict.Warn,
                $"is {wanted.Type}, {table.Target}.{from.Name} {held.Type}: {loss}"
            );
        }

        foreach (var check in Demands(column.Column, source).Except(Demands(from, target)))
        {
            yield return Of(
                table,
                column.Name,
                ReverseFindingCodes.Check,
                Verdict.Warn,
                $"its domain {column.Column.Type} demands {check}, {table.Target}.{from.Name} does not"
            );
        }

        if (column.Column.IsEnum)
        {
            var labels = source.Enums.GetValueOrDefault(column.Column.Type) ?? [];
            var more = (target.Enums.GetValueOrDefault(from.Type) ?? []).Except(labels).ToList();
            if (more.Count > 0 || !from.IsEnum)
            {
                yield return Of(
                    table,
                    column.Name,
                    ReverseFindingCodes.EnumLabel,
                    Verdict.Warn,
                    more.Count > 0
                        ? $"does not know the labels {string.Join(", ", more)} of {table.Target}.{from.Name}"
                        : $"takes {labels.Count} labels, {table.Target}.{from.Name} any text"
                );
            }
        }

        if (column.Column.NotNull && !from.NotNull)
        {
            yield return Of(
                table,
                column.Name,
                ReverseFindingCodes.NullNotAllowed,
                Verdict.Warn,
                $"takes no NULL, {table.Target}.{from.Name} does"
            );
        }
    }

    /// <summary>A domain's column as one of the type that it comes down to.</summary>
    private static CatalogColumn Plain(CatalogColumn column, Catalog catalog) =>
        catalog.Domains.TryGetValue(column.Type, out var domain) ? column with { Type = domain.Base } : column;

    private static IReadOnlyList<string> Demands(CatalogColumn column, Catalog catalog) =>
        catalog.Domains.TryGetValue(column.Type, out var domain) ? domain.Checks : [];

    private static IEnumerable<string> TakenTwice(ReverseTable table) =>
        table
            .Entry.Columns.Where(column => column.SourceType is not null)
            .GroupBy(column => column.Expression.Text)
            .Where(group => group.Count() > 1)
            .Select(group => table.Columns.FirstOrDefault(column => Sql.Quote(column.Name) == group.Key)?.Name)
            .OfType<string>();

    private static IEnumerable<CatalogColumn> OfTargetAlone(ReverseTable table) =>
        table.TargetTable.Columns.Where(column =>
            !column.IsGenerated
            && table.Entry.Columns.All(filled => filled.Target != column.Name)
            && table.SourceTable.Column(column.Name) is null
        );

    internal static bool IsFrom(ReverseColumn column, CatalogColumn target) =>
        column.Expression.Text == Sql.Quote(target.Name);

    internal static Finding Of(ReverseTable table, string column, string code, Verdict verdict, string message) =>
        new(code, verdict, $"{table.Source}.{column}", message);
}
