using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>The first and last instant of every column are the source's own (a shift by hours moves both), as many are
/// finer than a millisecond, and none is before 2000.</summary>
internal sealed class TimestampBoundsCheck(TargetTable table) : ICheck
{
    private static readonly Sql Year2000 = new("timestamptz '2000-01-01 00:00:00Z'");

    private readonly IReadOnlyList<ColumnProjection> columns =
    [
        .. TimestampColumns.Of(table).Where(column => TimestampColumns.IsInstant(column.SourceType)),
    ];

    public string Name => CheckNames.Timestamps;

    public string Subject => table.Name.ToString();

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        plan.Targets.Select(table => new TimestampBoundsCheck(table)).Where(check => check.columns.Count > 0);

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => TimesAsync(source, Projection.OfSource(table), token),
            token => TimesAsync(target, Sql.Format($"select * from {table.Name}"), token),
            cancellationToken
        );
        var changes = columns
            .Select(
                (column, index) =>
                    TimesChange.Between(
                        ofSource.Columns[index],
                        ofTarget.Columns[index],
                        $"{table.Name}.{column.Target}"
                    )
            )
            .ToList();
        var (rows, violations) = (Math.Max(ofSource.Rows, ofTarget.Rows), changes.Sum(change => change.Violations));
        if (violations > 0)
        {
            return Outcome.Judge(rows, violations, string.Join(' ', changes.SelectMany(change => change.Said)));
        }

        return ofTarget.Old > 0
            ? Outcome.Warn(
                rows,
                ofTarget.Old,
                $"{ofTarget.Old} rows of {table.Name} hold a time before 2000, as the source does."
            )
            : Outcome.Judge(
                rows,
                0,
                $"First, last and precise times of {columns.Count} columns are the source's.",
                table.MayBeEmpty
            );
    }

    private async Task<(long Rows, long Old, IReadOnlyList<Times> Columns)> TimesAsync(
        Session session,
        Sql projection,
        CancellationToken cancellationToken
    )
    {
        var names = columns.Select(column => Sql.Format($"r.{new Identifier(column.Target)}")).ToList();
        var sql = Sql.Format(
            $"""
            select count(*), count(*) filter (where {Sql.Join(
                " or ",
                names.Select(name => Sql.Format($"{name} < {Year2000}"))
            )}),
                   array[{Sql.Join(", ", names.Select(name => Sql.Format($"min({name})::text, max({name})::text")))}],
                   array[{Sql.Join(
                ", ",
                names.Select(name =>
                    Sql.Format($"count({name}), count(*) filter (where date_trunc('milliseconds', {name}) <> {name})")
                )
            )}]
            from ({projection}) as r
            """
        );
        return await session.SingleAsync(
            sql,
            row =>
            {
                var (ends, counts) = (row.GetFieldValue<string?[]>(2), row.GetFieldValue<long[]>(3));
                return (
                    row.GetInt64(0),
                    row.GetInt64(1),
                    (IReadOnlyList<Times>)
                        [
                            .. columns.Select(
                                (_, index) =>
                                    new Times(
                                        ends[2 * index],
                                        ends[(2 * index) + 1],
                                        counts[2 * index],
                                        counts[(2 * index) + 1]
                                    )
                            ),
                        ]
                );
            },
            cancellationToken
        );
    }
}
