using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>How many rows a table has, how many are wrong, and up to three of those by key.</summary>
internal sealed record ViolationCount(long Rows, long Wrong, IReadOnlyList<string> Examples)
{
    public const int Named = 3;

    /// <param name="rows">The table.</param>
    /// <param name="wrong">A subquery that yields a column <c>name</c> for every wrong row.</param>
    public static async Task<ViolationCount> AskAsync(
        Session session,
        TableName rows,
        Sql wrong,
        CancellationToken cancellationToken
    )
    {
        var (count, amiss) = await session.SingleAsync(
            Sql.Format($"select (select count(*) from {rows}), (select count(*) from ({wrong}) as w)"),
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken
        );
        var examples =
            amiss == 0
                ? []
                : await session.ListAsync(
                    Sql.Format($"select coalesce(w.name, 'null') from ({wrong}) as w order by 1 limit {Named}"),
                    row => row.GetString(0),
                    cancellationToken
                );
        return new ViolationCount(count, amiss, examples);
    }

    public Outcome Judge(string wrong, string right, bool mayBeEmpty) =>
        Outcome.Judge(
            Rows,
            Wrong,
            Wrong == 0 ? right : $"{Wrong} {wrong}, as {string.Join("; ", Examples)}.",
            mayBeEmpty
        );

    /// <summary>SQL text that names a row of alias <paramref name="alias"/> by these columns; secret ones are left
    /// out.</summary>
    public static Sql NameOf(Sql alias, IEnumerable<string> columns, IReadOnlySet<string> secret)
    {
        var parts = columns
            .Select(column =>
                secret.Contains(column)
                    ? Sql.Literal($"{column}=(secret)")
                    : Sql.Format(
                        $"{Sql.Literal(column + "=")} || coalesce({alias}.{new Identifier(column)}::text, 'null')"
                    )
            )
            .ToList();
        return parts.Count == 0 ? new Sql("'a row without a key'") : Sql.Join(" || ', ' || ", parts);
    }
}
