using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that would meet in one key of a unique index of the target, from whichever source tables they
/// come.</summary>
internal static class UniqueCheck
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            foreach (
                var index in table.Target.Indexes.Where(index =>
                    index is { IsUnique: true, IsValid: true }
                    && !IsGuaranteed(survey, table, index)
                    && !IsNumberedByDatabase(table, index)
                )
            )
            {
                findings.AddRange(
                    await survey.Source.TestAsync(
                        Subject(table, index),
                        What(index),
                        () => TestAsync(survey, table, index, cancellationToken),
                        cancellationToken
                    )
                );
            }
        }

        return findings;
    }

    private static async Task<Finding?> TestAsync(
        Survey survey,
        MappedTable table,
        CatalogIndex index,
        CancellationToken cancellationToken
    )
    {
        var conditions = index.Keys.Append(index.Predicate ?? "true").Select(survey.ForSource).ToList();
        if (conditions.Contains(null) || !index.Definition.Contains(" USING btree "))
        {
            return Probe.NotTestable(
                Subject(table, index),
                What(index),
                "the source cannot compare what this index compares"
            );
        }

        var keys = conditions[..^1].Select(key => Sql.Format($"({Sql.Expression(key!)})")).ToList();
        var held = index.NullsNotDistinct
            ? new Sql("true")
            : Sql.Join(" and ", keys.Select(key => Sql.Format($"{key} is not null")));
        var columns = table.NamedIn(index.Keys.Append(index.Predicate));
        var groups = Sql.Format(
            $"where ({Sql.Expression(conditions[^1]!)}) and {held} group by {Sql.Join(", ", keys)} having count(*) > 1"
        );
        var hit = await survey.Source.ScalarAsync<long>(
            Sql.Format(
                $"select coalesce(sum(n), 0)::bigint from (select count(*) as n from "
                    + $"{table.From(columns)} {groups}) g"
            ),
            cancellationToken
        );
        return hit == 0
            ? null
            : new Finding(
                FindingCodes.UniqueViolated,
                Verdict.Fail,
                Subject(table, index),
                $"{What(index)}: rows that would meet in one key; correct them, or leave all but one behind "
                    + "with 'where'",
                hit
            )
            {
                Examples = await survey.Source.ListAsync(
                    Sql.Format(
                        $"select distinct e from (select unnest((array_agg({table.Key} order by "
                            + $"{table.Key}))[1:3]) as e from "
                            + $"{table.From(columns, withKey: true)} {groups} limit 3) g "
                            + $"order by e"
                    ),
                    row => row.GetString(0),
                    cancellationToken
                ),
            };
    }

    /// <summary>A key of the source keeps the same rows apart: one of the same or fewer columns, or the very same
    /// index.</summary>
    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogIndex index)
    {
        if (table.Entries is not [var entry])
        {
            return false;
        }

        var own = survey
            .SourceCatalog.Tables[entry.Source]
            .Indexes.Where(item => item is { IsUnique: true, IsValid: true })
            .ToList();
        var same = index
            .KeyColumns.Select(column => column.Length == 0 ? null : table.SameInSource(column))
            .OfType<CatalogColumn>()
            .ToList();
        return own.Exists(item =>
                item.Predicate is null
                && item.KeyColumns.All(column => same.Exists(plain => plain.Name == column))
                && (!index.NullsNotDistinct || item.NullsNotDistinct || same.TrueForAll(plain => plain.NotNull))
            )
            || own.Exists(item =>
                item.Keys.SequenceEqual(index.Keys)
                && item.Predicate == index.Predicate
                && item.NullsNotDistinct == index.NullsNotDistinct
                && table.NamedIn(index.Keys.Append(index.Predicate)).All(name => table.SameInSource(name)?.Name == name)
            );
    }

    /// <summary>A key that nothing fills but a sequence cannot collide.</summary>
    private static bool IsNumberedByDatabase(MappedTable table, CatalogIndex index) =>
        index.KeyColumns.Any(name =>
            table.Target.Column(name) is { IsNumbered: true }
            && table.Entries.All(entry => MappedTable.Projection(entry, name) is null)
        );

    private static string Subject(MappedTable table, CatalogIndex index) =>
        table.Subject(index.KeyColumns.Contains("") ? [] : index.KeyColumns);

    private static string What(CatalogIndex index) =>
        $"unique '{index.Name}' "
        + $"({string.Join(", ", index.Keys)}){(index.Predicate is { } predicate ? $" where {predicate}" : "")}";
}
