using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <param name="Says">What is said of a row that breaks it: <c>email is NULL</c>.</param>
/// <param name="Broken">True of such a row; columns are not qualified.</param>
internal sealed record RowRule(string Says, Sql Broken);

/// <summary>Rows of a table and what must hold for each of them, asked in one scan; only what is broken is looked at
/// again.</summary>
/// <param name="NamedBy">Columns that tell one row from another.</param>
internal sealed record RuledRows(
    TableName Table,
    IReadOnlyList<RowRule> Rules,
    IReadOnlyList<string> NamedBy,
    IReadOnlySet<string> Secret
)
{
    /// <param name="right">What is said when no row breaks a rule.</param>
    public TargetCheck ToCheck(string name, string right, bool mayBeEmpty) =>
        new(
            name,
            Table.ToString(),
            async (target, cancellationToken) =>
            {
                var (rows, broken, said) = await AskAsync(target, cancellationToken);
                return Outcome.Judge(rows, broken, broken == 0 ? right : said, mayBeEmpty);
            }
        );

    /// <summary>How many rows there are, how many of them break a rule, and which.</summary>
    public async Task<(long Rows, long Broken, string Said)> AskAsync(
        Session session,
        CancellationToken cancellationToken
    )
    {
        var any = Sql.Join(" or ", Rules.Select(rule => Sql.Format($"({rule.Broken})")));
        var (rows, broken) = await session.SingleAsync(
            Sql.Format($"select count(*), count(*) filter (where {any}) from {Table}"),
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken
        );
        return (rows, broken, broken == 0 ? "" : await SayAsync(session, cancellationToken));
    }

    private async Task<string> SayAsync(Session session, CancellationToken cancellationToken)
    {
        var counts = await session.SingleAsync(
            Sql.Format($"select array[{Sql.Join(", ", Rules.Select(Count))}] from {Table}"),
            row => row.GetFieldValue<long[]>(0),
            cancellationToken
        );
        var said = new List<string>();
        foreach (var (rule, count) in Rules.Zip(counts).Where(pair => pair.Second > 0))
        {
            var name = ViolationCount.NameOf(Sql.Format($"{new Identifier(Table.Name)}"), NamedBy, Secret);
            var examples = await session.ListAsync(
                Sql.Format($"select {name} from {Table} where {rule.Broken} order by 1 limit {ViolationCount.Named}"),
                row => row.GetString(0),
                cancellationToken
            );
            said.Add($"{count} rows of {Table}: {rule.Says}, as {string.Join("; ", examples)}.");
        }

        return string.Join(' ', said);
    }

    private static Sql Count(RowRule rule) => Sql.Format($"count(*) filter (where {rule.Broken})");
}
