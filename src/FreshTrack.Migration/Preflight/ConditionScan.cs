using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Counts on the source the rows that conditions hit: all conditions of a table in one scan, as long as the
/// source can read them all.</summary>
/// <param name="source">In a transaction.</param>
internal sealed class ConditionScan(NpgsqlConnection source, IRowSource rows)
{
    /// <summary>PostgreSQL 16 can say whether a text is a value of a type.</summary>
    private const int KnowsValidInput = 16;

    /// <returns>A finding for each condition that is hit, with up to three rows as examples, or that cannot be
    /// tested.</returns>
    public async Task<IReadOnlyList<Finding>> RunAsync(
        IReadOnlyList<Condition> conditions,
        CancellationToken cancellationToken
    )
    {
        if (conditions.Count == 0)
        {
            return [];
        }

        var counted = await source.TryAsync(() => CountAsync(conditions, cancellationToken), cancellationToken);
        if (counted.Error is not { } error)
        {
            return counted.Value!;
        }

        return conditions is [var condition]
            ? [await RefusedAsync(condition, error, cancellationToken)]
            : await RunSinglyAsync(conditions, cancellationToken);
    }

    /// <summary>One condition that errs ends the scan of all: one by one, it is found which.</summary>
    private async Task<List<Finding>> RunSinglyAsync(
        IReadOnlyList<Condition> conditions,
        CancellationToken cancellationToken
    )
    {
        var findings = new List<Finding>();
        foreach (var condition in conditions)
        {
            // The same value would end the other scans of its column too.
            if (
                !findings.Exists(finding =>
                    finding.Code == FindingCodes.ValueDoesNotCast && finding.Subject == condition.Subject
                )
            )
            {
                findings.AddRange(await RunAsync([condition], cancellationToken));
            }
        }

        return findings;
    }

    private async Task<List<Finding>> CountAsync(
        IReadOnlyList<Condition> conditions,
        CancellationToken cancellationToken
    )
    {
        var counts = Sql.Join(
            ", ",
            conditions.Select(condition => Sql.Format($"count(*) filter (where {condition.Hit})"))
        );
        var columns = conditions.SelectMany(condition => condition.Columns).Distinct().ToList();
        var hits = await source.ListAsync(
            Sql.Format($"select {counts} from {rows.From(columns)} where {rows.Filter}"),
            row => Enumerable.Range(0, conditions.Count).Select(row.GetInt64).ToList(),
            cancellationToken
        );
        var findings = new List<Finding>();
        foreach (var (condition, hit) in conditions.Zip(hits[0]).Where(item => item.Second > 0))
        {
            findings.Add(condition.Found(hit, await ExamplesAsync(condition, cancellationToken)));
        }

        return findings;
    }

    private Task<List<string>> ExamplesAsync(Condition condition, CancellationToken cancellationToken) =>
        source.ListAsync(
            Sql.Format(
                $"select {rows.Key} from {rows.From(condition.Columns, withKey: true)} "
                    + $"where ({condition.Hit}) and {rows.Filter} limit 3"
            ),
            row => row.GetString(0),
            cancellationToken
        );

    /// <summary>The source could not even compute the condition: because of a value, or because the types have nothing
    /// to do with each other.</summary>
    private async Task<Finding> RefusedAsync(
        Condition condition,
        PostgresException error,
        CancellationToken cancellationToken
    )
    {
        if (condition.Cast is not { } cast || !Probe.IsAboutValue(error))
        {
            return Probe.NotTestable(condition.Subject, condition.Message, error);
        }

        var refused = new Condition(
            FindingCodes.ValueDoesNotCast,
            Verdict.Fail,
            condition.Subject,
            $"values that the source cannot turn into {cast.Type} (SQLSTATE {error.SqlState}); "
                + "write an expression that can under 'columns', or leave the rows behind with 'where'",
            Sql.Format($"not pg_input_is_valid(({cast.Value})::text, {Sql.Literal(cast.Type)})")
        );
        // How many there are is a help; that there are some is known.
        var counted =
            source.PostgreSqlVersion.Major < KnowsValidInput
                ? default
                : await source.TryAsync(() => CountAsync([refused], cancellationToken), cancellationToken);
        return counted.Value is [var finding] ? finding : refused.Found(rows: null, examples: []);
    }
}
