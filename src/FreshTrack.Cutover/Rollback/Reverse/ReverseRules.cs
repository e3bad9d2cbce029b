using System.Text.RegularExpressions;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Keys and conditions that the source has and the target does not: a row of the target may break them.
/// Pure.</summary>
internal static partial class ReverseRules
{
    public static IEnumerable<Finding> Of(ReverseTable table) =>
        Uniques(table).Concat(ForeignKeys(table)).Concat(Checks(table));

    private static IEnumerable<Finding> Uniques(ReverseTable table)
    {
        var known = table
            .TargetTable.Indexes.Where(index => index is { IsUnique: true, IsValid: true, Predicate: null })
            .Select(index => index.KeyColumns.ToHashSet())
            .Append([.. table.Entry.Key])
            .ToList();
        foreach (var index in table.SourceTable.Indexes.Where(index => index.IsUnique))
        {
            var columns = index.KeyColumns.Select(name => OnTarget(table, name)).ToList();
            if (
                !known.Exists(key => key.IsSubsetOf(columns.OfType<string>()))
                && !table.TargetTable.Indexes.Any(other => IsSame(table, index, other))
            )
            {
                yield return Finding(
                    table,
                    ReverseFindingCodes.Unique,
                    $"{index.Name} of the source allows its columns ({string.Join(", ", index.Keys)}) once"
                        + $"{(index.Predicate is { } condition ? $" where {condition}" : "")}, and {table.Target} has "
                        + "no such key: rows of the new side that meet are refused"
                );
            }
        }
    }

    private static bool IsSame(ReverseTable table, CatalogIndex source, CatalogIndex target) =>
        target.IsUnique
        && Renamed(table, string.Join(", ", source.Keys)) == string.Join(", ", target.Keys)
        && (target.Predicate is null || Renamed(table, source.Predicate ?? "") == target.Predicate);

    private static IEnumerable<Finding> ForeignKeys(ReverseTable table)
    {
        foreach (var key in table.SourceTable.ForeignKeys.Where(key => key is { IsInherited: false, IsEnforced: true }))
        {
            var columns = key.Columns.Select(name => OnTarget(table, name)).ToList();
            if (
                !columns.Contains(null)
                && !table.TargetTable.ForeignKeys.Any(other => other.Columns.SequenceEqual(columns.OfType<string>()))
            )
            {
                yield return Finding(
                    table,
                    ReverseFindingCodes.ForeignKey,
                    $"{key.Name} of the source holds {string.Join(", ", key.Columns)} to {key.References}, and "
                        + $"{table.Target} has no such key: rows of the new side that refer to none are named after "
                        + "the return"
                );
            }
        }
    }

    private static IEnumerable<Finding> Checks(ReverseTable table)
    {
        var known = table.TargetTable.Checks.Select(check => check.Expression).ToHashSet();
        foreach (
            var check in table.SourceTable.Checks.Where(check => check is { IsEnforced: true, IsInherited: false })
        )
        {
            if (!known.Contains(Renamed(table, check.Expression ?? "")))
            {
                yield return Finding(
                    table,
                    ReverseFindingCodes.Check,
                    $"{check.Name} of the source demands {check.Expression}, and {table.Target} has no such check: "
                        + "rows of the new side that break it are refused"
                );
            }
        }
    }

    private static string? OnTarget(ReverseTable table, string column) =>
        table.Columns.FirstOrDefault(item => item.Name == column) is { } reversed
            ? table.TargetTable.Columns.FirstOrDefault(item => ReverseFindings.IsFrom(reversed, item))?.Name
            : null;

    /// <summary>An expression with the target's names, as far as words tell.</summary>
    private static string Renamed(ReverseTable table, string expression) =>
        Word().Replace(expression, word => OnTarget(table, word.Value) ?? word.Value);

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_$]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    private static Finding Finding(ReverseTable table, string code, string message) =>
        new(code, Verdict.Warn, table.Source.ToString(), message);
}
