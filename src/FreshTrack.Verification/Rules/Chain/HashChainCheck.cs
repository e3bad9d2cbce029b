using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>
/// A hash chain per group, walked from its first hashed row: every row's hash is the SHA-256 of what it says it is
/// over, and its previous hash is
/// the hash of exactly one row that no other row follows. Rows without a hash predate the chain and are counted.
/// </summary>
/// <remarks>Memory: about 100 bytes for every hashed row of the largest group.</remarks>
internal sealed class HashChainCheck(TargetTable table, ChainPlan chain) : ICheck
{
    public string Name => CheckNames.BrokenHashChain;

    public string Subject => table.Name.ToString();

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        from table in plan.Targets
        let chain = table.Plan.Chain
        where chain is not null
        select new HashChainCheck(table, chain);

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (rows, hashed) = await target.SingleAsync(
            Sql.Format($"select count(*), count({new Identifier(chain.Hash)}) from {table.Name}"),
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken
        );
        var (broken, first, walked) = await WalkAsync(target, cancellationToken);
        if (walked != hashed)
        {
            return Outcome.Inconclusive($"Walked {walked} of {hashed} hashed rows of {table.Name}.");
        }

        if (hashed == 0 && rows > 0)
        {
            return Outcome.Inconclusive(
                $"None of the {rows} rows of {table.Name} has a {chain.Hash}, so there is no chain to walk."
            );
        }

        var reason = first is null
            ? $"{hashed} rows are linked; {rows - hashed} without a hash were skipped."
            : $"{broken} links of {table.Name} are broken; the first is "
                + $"{await NameAsync(target, first.Row, cancellationToken)} ({first.Cause}).";
        return Outcome.Judge(rows, broken, reason, table.MayBeEmpty);
    }

    private async Task<(long Broken, ChainBreak? First, long Walked)> WalkAsync(
        Session target,
        CancellationToken cancellationToken
    )
    {
        var (broken, first, walked) = (0L, default(ChainBreak), 0L);
        var (group, links) = (default(string), new List<ChainLink>());
        await foreach (
            var (name, previous, hash, isTrue) in target.StreamAsync(
                Links(),
                row =>
                    (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetBoolean(3)),
                cancellationToken
            )
        )
        {
            if (name != group)
            {
                End();
                group = name;
            }

            links.Add(
                new ChainLink(
                    walked++,
                    previous is null ? null : ChainLink.Short(previous),
                    ChainLink.Short(hash),
                    isTrue
                )
            );
        }

        End();
        return (broken, first, walked);

        void End()
        {
            var breaks = ChainWalk.Breaks(links);
            first ??= breaks.Count > 0 ? breaks[0] : null;
            broken += breaks.Count;
            links.Clear();
        }
    }

    /// <summary>A chain starts with no previous hash, or with the customary zeros.</summary>
    private Sql Links() =>
        Sql.Format(
            $"""
            select {Group}, case when t.{new Identifier(chain.Previous)} !~ '^0*$' then t.{new Identifier(
                chain.Previous
            )} end, t.{new Identifier(chain.Hash)},
                   encode(sha256(convert_to((({Sql.Expression(chain.Over)}
                   ))::text, 'UTF8')), 'hex') is not distinct from t.{new Identifier(chain.Hash)}
            from {table.Name} as t where t.{new Identifier(chain.Hash)} is not null order by {Group}, {Row}
            """
        );

    /// <summary>Key and group of the row that was read as number <paramref name="row"/>.</summary>
    private Task<string> NameAsync(Session target, long row, CancellationToken cancellationToken) =>
        target.SingleAsync(
            Sql.Format(
                $"""
                select {Row} || {Sql.Literal($" of {chain.By} ")} || {Group}
                from {table.Name} as t where t.{new Identifier(
                    chain.Hash
                )} is not null order by {Group}, {Row} offset {row} limit 1
                """
            ),
            name => name.GetString(0),
            cancellationToken
        );

    private Sql Group => Sql.Format($"coalesce(t.{new Identifier(chain.By)}::text, 'null')");

    private Sql Row => ViolationCount.NameOf(new Sql("t"), table.Key, table.Secret);
}
