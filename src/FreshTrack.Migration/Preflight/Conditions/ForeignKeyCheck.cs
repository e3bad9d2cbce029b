using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Rows that would point at nothing in the target.</summary>
internal static class ForeignKeyCheck
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(Survey survey, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var table in survey.Tables)
        {
            foreach (
                var key in table.Target.ForeignKeys.Where(key =>
                    key is { IsInherited: false, IsEnforced: true } && !IsGuaranteed(survey, table, key)
                )
            )
            {
                var oneSided = OneSided(survey, table, key).ToList();
                findings.AddRange(
                    oneSided.Count > 0
                        ? oneSided
                        : await survey.Source.TestAsync(
                            table.Subject(key.Columns),
                            What(key),
                            () => TestAsync(survey, table, key, cancellationToken),
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
        CatalogConstraint key,
        CancellationToken cancellationToken
    ) =>
        await ReferencedRows.OfAsync(survey, key, cancellationToken) is { } referenced
            ? await CountAsync(survey.Source, table, key, referenced, cancellationToken)
            : Probe.NotTestable(
                table.Subject(key.Columns),
                What(key),
                $"{key.References} has more rows in the target than preflight compares"
            );

    private static async Task<Finding?> CountAsync(
        NpgsqlConnection source,
        MappedTable table,
        CatalogConstraint key,
        ReferencedRows referenced,
        CancellationToken cancellationToken
    )
    {
        var columns = key.Columns.Select(name => Sql.Format($"child.{new Identifier(name)}")).ToList();
        var all = Sql.Join(" and ", columns.Select(column => Sql.Format($"{column} is not null")));
        var equal = Sql.Join(
            " and ",
            columns.Zip(
                key.ReferencedColumns,
                (column, other) => Sql.Format($"parent.{new Identifier(other)} = {column}")
            )
        );
        var orphan = Sql.Format($"{all} and not exists (select from {referenced.Rows} where {equal})");
        // Two queries: in one, OR would keep the planner from joining by hash.
        var hit = await source.ScalarAsync<long>(
            Sql.Format($"select count(*) from {table.Rows(key.Columns, "child")} where {orphan}"),
            cancellationToken,
            referenced.Values
        );
        var part = Sql.Format(
            $"not ({all}) and ({Sql.Join(" or ", columns.Select(column => Sql.Format($"{column} is not null")))})"
        );
        var halves = key.IsMatchFull
            ? await source.ScalarAsync<long>(
                Sql.Format($"select count(*) from {table.Rows(key.Columns, "child")} where {part}"),
                cancellationToken
            )
            : 0;
        if (hit + halves == 0)
        {
            return null;
        }

        var example = hit > 0 ? orphan : part;
        // A key that the target itself has never validated is put back unvalidated: nothing fails, the rows stay wrong.
        return new Finding(
            FindingCodes.ForeignKeyViolated,
            key.IsValidated ? Verdict.Fail : Verdict.Warn,
            table.Subject(key.Columns),
            $"{What(key)}: rows that would point at nothing; correct them, or leave them behind with 'where'",
            hit + halves
        )
        {
            Examples = await source.ListAsync(
                Sql.Format(
                    $"select {table.Key} from {table.Rows(key.Columns, "child", withKey: true)} where "
                        + $"{example} limit 3"
                ),
                row => row.GetString(0),
                cancellationToken,
                hit > 0 ? referenced.Values : []
            ),
        };
    }

    /// <summary>A user id that is mapped cannot find one that is not.</summary>
    private static IEnumerable<Finding> OneSided(Survey survey, MappedTable table, CatalogConstraint key)
    {
        foreach (var (column, other) in key.Columns.Zip(key.ReferencedColumns))
        {
            var mapped = Mapped(table, column);
            if (
                survey.Filled(key.References!.Value) is { } parent
                    ? mapped.Intersect(Mapped(parent, other).Select(flag => !flag)).Any()
                    : mapped.Contains(true)
            )
            {
                yield return new Finding(
                    FindingCodes.UserIdOneSided,
                    Verdict.Fail,
                    $"{table.Name}.{column}",
                    $"references {key.References}.{other}, but only one of the two goes through the user "
                        + "map; name both under 'users', or neither"
                );
            }
        }
    }

    private static List<bool> Mapped(MappedTable table, string column) =>
        [.. table.Entries.Select(entry => MappedTable.Projection(entry, column)?.IsUser).OfType<bool>().Distinct()];

    /// <summary>The source has validated the same reference between the same columns, and all that it points at
    /// moves.</summary>
    private static bool IsGuaranteed(Survey survey, MappedTable table, CatalogConstraint key) =>
        table.Entries is [var entry]
        && survey.Filled(key.References!.Value) is { Entries: [{ Plan.Where: null } of] } parent
        && survey
            .SourceCatalog.Tables[entry.Source]
            .ForeignKeys.Any(own =>
                own is { IsValidated: true, IsEnforced: true }
                && own.References == of.Source
                && (own.IsMatchFull || !key.IsMatchFull)
                && own.Columns.Zip(own.ReferencedColumns)
                    .ToHashSet()
                    .SetEquals(
                        key.Columns.Zip(
                            key.ReferencedColumns,
                            (column, other) =>
                                (table.SameInSource(column)?.Name ?? "", parent.SameInSource(other)?.Name ?? "")
                        )
                    )
            )
        && OneSided(survey, table, key).FirstOrDefault() is null;

    private static string What(CatalogConstraint key) => $"foreign key '{key.Name}', {key.Definition}";
}
