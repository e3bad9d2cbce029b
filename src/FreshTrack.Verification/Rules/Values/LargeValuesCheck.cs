using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>Texts, documents and blobs are not cut: per column as many values as the source has, as long in all and as
/// long at most. Secrets are left to their own check.</summary>
internal sealed class LargeValuesCheck(TargetTable table) : ICheck
{
    private static readonly string[] Large = ["text", "character varying", "citext", "json", "jsonb", "xml", "bytea"];

    private readonly IReadOnlyList<ColumnProjection> columns = [.. table.Columns.Where(IsLarge)];

    public string Name => CheckNames.LargeValues;

    public string Subject => table.Name.ToString();

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        plan.Targets.Select(table => new LargeValuesCheck(table)).Where(check => check.columns.Count > 0);

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (ofSource, ofTarget) = await BothSides.AskAsync(
            token => SizesAsync(source, OfSource, token),
            token => SizesAsync(target, OfTarget, token),
            cancellationToken
        );
        var differing = Enumerable
            .Range(0, columns.Count)
            .Where(index => ofSource.Of(index) != ofTarget.Of(index))
            .ToList();
        var said = new List<string>
        {
            differing.Count == 0
                ? $"The values of {columns.Count} columns are as long as the source's."
                : $"{table.Name}:",
        };
        foreach (var index in differing)
        {
            var cut =
                ofTarget.Of(index).Longest < ofSource.Of(index).Longest
                    ? await CutAsync(columns[index], target, cancellationToken)
                    : "";
            said.Add(
                $"{columns[index].Target}: the source has {ofSource.Of(index)}, the target {ofTarget.Of(index)}{cut}."
            );
        }

        return Outcome.Judge(
            Math.Max(ofSource.Rows, ofTarget.Rows),
            differing.Count,
            string.Join(' ', said),
            table.MayBeEmpty
        );
    }

    private Sql OfSource => Projection.OfSource(table);

    private Sql OfTarget => Sql.Format($"select * from {table.Name}");

    private static bool IsLarge(ColumnProjection column) =>
        column is { IsUser: false, IsSecret: false, Labels: null }
        && Large.Contains(column.TransportType.Split('(', 2)[0]);

    private async Task<Sizes> SizesAsync(Session session, Sql projection, CancellationToken cancellationToken)
    {
        var values = columns.Select(Value).ToList();
        var sql = Sql.Format(
            $"""
            select count(*), array[{Sql.Join(
                ", ",
                values.Select(value =>
                    Sql.Format(
                        $"count({value}), coalesce(sum(octet_length({value})), 0), "
                            + $"coalesce(max(octet_length({value})), 0)"
                    )
                )
            )}]::int8[]
            from ({projection}) as r
            """
        );
        return await session.SingleAsync(
            sql,
            row => new Sizes(row.GetInt64(0), row.GetFieldValue<long[]>(1)),
            cancellationToken
        );
    }

    /// <summary>A length limit that cut counts characters, where the sizes count bytes.</summary>
    private async Task<string> CutAsync(ColumnProjection column, Session target, CancellationToken cancellationToken)
    {
        var longest = await target.SingleAsync(
            Sql.Format($"select max(length({Value(column)})) from ({OfTarget}) as r"),
            row => row.IsDBNull(0) ? 0 : row.GetInt32(0),
            cancellationToken
        );
        return $": cut at {longest} {(IsBytes(column) ? "bytes" : "characters")}";
    }

    /// <summary>The size of stored bytes and texts is known without reading them.</summary>
    private static Sql Value(ColumnProjection column) =>
        IsBytes(column)
            ? Sql.Format($"r.{new Identifier(column.Target)}")
            : Sql.Format($"r.{new Identifier(column.Target)}::text");

    private static bool IsBytes(ColumnProjection column) => column is { TransportType: "bytea", SourceType: "bytea" };

    private sealed record Sizes(long Rows, long[] Numbers)
    {
        public Size Of(int column) => new(Numbers[3 * column], Numbers[(3 * column) + 1], Numbers[(3 * column) + 2]);
    }

    private sealed record Size(long Values, long Bytes, long Longest)
    {
        public override string ToString() => $"{Values} values of {Bytes} bytes, at most {Longest}";
    }
}
