using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Integrity;

/// <summary>A check that reads the target alone: name, subject, and the question in one function.</summary>
internal sealed class TargetCheck(string name, string subject, Func<Session, CancellationToken, Task<Outcome>> ask) : ICheck
{
    public string Name => name;

    public string Subject => subject;

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        return await ask(target, cancellationToken);
    }
}

/// <summary>How many rows a table has, how many of them are wrong, and up to three of those by key.</summary>
internal sealed record Tally(long Rows, long Wrong, IReadOnlyList<string> Examples)
{
    private const int Named = 3;

    /// <param name="rows">The table.</param>
    /// <param name="wrong">A subquery that yields a column <c>name</c> for every wrong row.</param>
    public static Task<Tally> AskAsync(Session session, TableName rows, Sql wrong, CancellationToken cancellationToken, params object[] values) =>
        session.SingleAsync(
            Sql.Format(
                $"""
                select (select count(*) from {rows}), (select count(*) from ({wrong}) as w),
                       array(select coalesce(w.name, 'null') from ({wrong}) as w order by 1 limit {Named})
                """),
            row => new Tally(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<string[]>(2)),
            cancellationToken,
            values);

    public Outcome Judge(string wrong, string right, bool mayBeEmpty) =>
        Outcome.Judge(Rows, Wrong, Wrong == 0 ? right : $"{Wrong} {wrong}, as {string.Join("; ", Examples)}.", mayBeEmpty);

    /// <summary>SQL text that names a row of alias <paramref name="alias"/> by these columns; secret ones are left out.</summary>
    public static Sql NameOf(Sql alias, IEnumerable<string> columns, IReadOnlySet<string> secret)
    {
        var parts = columns.Select(column => secret.Contains(column)
            ? Sql.Literal($"{column}=(secret)")
            : Sql.Format($"{Sql.Literal(column + "=")} || coalesce({alias}.{new Identifier(column)}::text, 'null')")).ToList();
        return parts.Count == 0 ? new Sql("'a row without a key'") : Sql.Join(" || ', ' || ", parts);
    }
}
