using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Contents;

/// <summary>Row counts under the plan's filter, in total and per group that the plan declares, so that a loss is seen
/// where it happened.</summary>
internal sealed class CountsCheck(PlannedTable table) : ICheck
{
    private const int Named = 3;

    public string Name => CheckNames.Counts;

    public string Subject => table.Target.ToString();

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (entries, ofTarget) = await BothSides.AskAsync(
            token => CountEntriesAsync(source, token),
            token => CountAsync(target, Sql.Format($"select count(*) from {table.Target}"), token),
            cancellationToken
        );
        var ofSource = entries.Sum(entry => entry.Rows);
        if (
            ofSource > 0
            && entries.FirstOrDefault(entry => entry.Rows == 0 && !entry.Entry.Plan.MayBeEmpty) is { Entry: { } empty }
        )
        {
            return Outcome.Inconclusive(
                $"Read no rows of {empty.Source}, one of the tables that fill {table.Target}. "
                    + "If it may be empty, say may_be_empty: true in its entry."
            );
        }

        var groups =
            table.CountBy.Count == 0
                ? []
                : await CompareGroupsAsync(source, target, (ofSource, ofTarget), cancellationToken);
        var violations = Math.Max(
            Math.Abs(ofSource - ofTarget),
            groups.Sum(group => Math.Abs(group.Source - group.Target))
        );
        var reason =
            violations == 0
                ? $"Both sides have {ofSource} rows."
                : $"{table.Target}: the source has {ofSource} rows, "
                    + $"the target {ofTarget}.{string.Concat(groups.Take(Named).Select(group => $" {group}."))}";
        return Outcome
            .Judge(Math.Max(ofSource, ofTarget), violations, reason, table.MayBeEmpty)
            .Of(new SideRows(ofSource, ofTarget));
    }

    private async Task<IReadOnlyList<(TableProjection Entry, long Rows)>> CountEntriesAsync(
        Session source,
        CancellationToken cancellationToken
    )
    {
        var counted = new List<(TableProjection Entry, long Rows)>();
        foreach (var entry in table.Entries)
        {
            counted.Add(
                (
                    entry,
                    await CountAsync(
                        source,
                        Sql.Format($"select count(*) from {entry.Source} where {Projection.SourceFilter(entry)}"),
                        cancellationToken
                    )
                )
            );
        }

        return counted;
    }

    private static Task<long> CountAsync(Session session, Sql sql, CancellationToken cancellationToken) =>
        session.SingleAsync(sql, row => row.GetInt64(0), cancellationToken);

    private async Task<List<Group>> CompareGroupsAsync(
        Session source,
        Session target,
        (long Source, long Target) totals,
        CancellationToken cancellationToken
    )
    {
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => GroupsAsync(source, Projection.OfSource(table), totals.Source, token),
            token => GroupsAsync(target, Projection.OfTarget(table), totals.Target, token),
            cancellationToken
        );
        return
        [
            .. ofSource
                .Keys.Union(ofTarget.Keys)
                .Select(name => new Group(name, ofSource.GetValueOrDefault(name), ofTarget.GetValueOrDefault(name)))
                .Where(group => group.Source != group.Target)
                .OrderBy(group => group.Name),
        ];
    }

    private async Task<IReadOnlyDictionary<string, long>> GroupsAsync(
        Session session,
        Sql projection,
        long total,
        CancellationToken cancellationToken
    )
    {
        var names = Sql.Join(", ", table.CountBy.Select(by => Sql.Format($"({Sql.Expression(by)}\n)::text")));
        var groups = await session.ListAsync(
            Sql.Format($"select array[{names}]::text, count(*) from ({projection}) as r group by 1"),
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)),
            cancellationToken
        );
        return groups.Sum(group => group.Value) == total
            ? groups.ToDictionary()
            : throw new QueryFailedException(
                $"The {session.Side} counted {groups.Sum(group => group.Value)} rows of {table.Target} in "
                    + $"groups and {total} in all."
            );
    }

    private sealed record Group(string Name, long Source, long Target)
    {
        public override string ToString() => $"{Name}: {Source} against {Target}";
    }
}
