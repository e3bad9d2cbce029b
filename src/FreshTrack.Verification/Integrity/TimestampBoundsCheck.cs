using FreshTrack.Plan;
using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Integrity;

/// <summary>The first and last instant of every column are the source's own (a shift by hours moves both), and none is before 2000.</summary>
internal sealed class TimestampBoundsCheck(PlannedTable table) : ICheck
{
    private static readonly Sql Year2000 = new("timestamptz '2000-01-01 00:00:00Z'");

    private readonly IReadOnlyList<ColumnProjection> columns = [.. TimestampColumns.Of(table).Where(column => TimestampColumns.IsInstant(column.SourceType))];

    public string Name => CheckNames.Timestamps;

    public string Subject => table.Target.ToString();

    public static IEnumerable<ICheck> For(PlannedTables planned) =>
        planned.All.Select(table => new TimestampBoundsCheck(table)).Where(check => check.columns.Count > 0);

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => BoundsAsync(source, Projection.OfSource(table), token), token => BoundsAsync(target, Sql.Format($"select * from {table.Target}"), token), cancellationToken);
        var moved = Enumerable.Range(0, columns.Count).Where(index => ofSource.Of(index) != ofTarget.Of(index)).ToList();
        var rows = Math.Max(ofSource.Rows, ofTarget.Rows);
        if (moved.Count > 0)
        {
            return Outcome.Judge(rows, moved.Count, string.Join(' ', moved.Select(index =>
                $"{table.Target}.{columns[index].Target}: source {ofSource.Of(index)}, target {ofTarget.Of(index)}.")));
        }

        return ofTarget.Old > 0
            ? Outcome.Warn(rows, ofTarget.Old, $"{ofTarget.Old} rows of {table.Target} hold a time before 2000, as the source does.")
            : Outcome.Judge(rows, 0, $"First and last time of {columns.Count} columns are the source's.", table.MayBeEmpty);
    }

    private Task<Bounds> BoundsAsync(Session session, Sql projection, CancellationToken cancellationToken)
    {
        var names = columns.Select(column => Sql.Format($"r.{new Identifier(column.Target)}")).ToList();
        var sql = Sql.Format(
            $"""
            select count(*), count(*) filter (where {Sql.Join(" or ", names.Select(name => Sql.Format($"{name} < {Year2000}")))}),
                   array[{Sql.Join(", ", names.Select(name => Sql.Format($"min({name})::text, max({name})::text")))}]
            from ({projection}) as r
            """);
        return session.SingleAsync(sql, row => new Bounds(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<string?[]>(2)), cancellationToken);
    }

    private sealed record Bounds(long Rows, long Old, string?[] Ends)
    {
        public string Of(int column) => $"{Ends[2 * column] ?? "none"} to {Ends[(2 * column) + 1] ?? "none"}";
    }
}
