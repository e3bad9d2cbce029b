using FreshTrack.Plan;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Integrity;

/// <summary>
/// A hash chain per group, walked from its first hashed row: every row's hash is the SHA-256 of what it says it is over, and its previous hash is
/// the hash of exactly one row that no other row follows. Rows without a hash predate the chain and are counted.
/// </summary>
/// <remarks>Memory: the hashed rows of one group.</remarks>
internal sealed class HashChainCheck(TableProjection table, ChainPlan chain) : ICheck
{
    public string Name => CheckNames.BrokenHashChain;

    public string Subject => table.Target.ToString();

    public static IEnumerable<ICheck> For(PlannedTables planned) => planned.All.Where(table => table.Plan.Chain is not null).Select(table => new HashChainCheck(table, table.Plan.Chain!));

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (rows, hashed) = await target.SingleAsync(
            Sql.Format($"select count(*), count({new Identifier(chain.Hash)}) from {table.Target}"), row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken);
        var (broken, first, walked) = await WalkAsync(target, cancellationToken);
        if (walked != hashed)
        {
            return Outcome.Inconclusive($"Walked {walked} of {hashed} hashed rows of {table.Target}.");
        }

        return hashed == 0 && rows > 0
            ? Outcome.Inconclusive($"None of the {rows} rows of {table.Target} has a {chain.Hash}, so there is no chain to walk.")
            : Outcome.Judge(
                rows,
                broken,
                broken == 0 ? $"{hashed} rows are linked; {rows - hashed} without a hash were skipped." : $"{broken} links of {table.Target} are broken; the first is {first}.",
                table.Plan.MayBeEmpty);
    }

    private async Task<(long Broken, string? First, long Walked)> WalkAsync(Session target, CancellationToken cancellationToken)
    {
        var (broken, first, walked) = (0L, default(string), 0L);
        var (group, links) = (default(string), new List<ChainLink>());
        await foreach (var (name, link) in target.StreamAsync(Links(), row => (row.GetString(0), Read(row)), cancellationToken))
        {
            if (name != group)
            {
                End();
                group = name;
            }

            links.Add(link);
        }

        End();
        return (broken, first, walked);

        void End()
        {
            var breaks = ChainWalk.Breaks(links);
            first ??= breaks.Count > 0 ? $"{breaks[0]} in {chain.By} {group}" : null;
            (broken, walked) = (broken + breaks.Count, walked + links.Count);
            links.Clear();
        }
    }

    private Sql Links()
    {
        var secret = table.Columns.Where(column => column.IsSecret).Select(column => column.Target).ToHashSet(StringComparer.Ordinal);
        return Sql.Format(
            $"""
            select coalesce(t.{new Identifier(chain.By)}::text, 'null'), {Tally.NameOf(new Sql("t"), table.Key, secret)},
                   nullif(t.{new Identifier(chain.Previous)}, ''), t.{new Identifier(chain.Hash)},
                   encode(sha256(convert_to((({Sql.Expression(chain.Over)}
                   ))::text, 'UTF8')), 'hex') is not distinct from t.{new Identifier(chain.Hash)}
            from {table.Target} as t where t.{new Identifier(chain.Hash)} is not null order by 1, 2
            """);
    }

    private static ChainLink Read(System.Data.Common.DbDataReader row) => new(row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetBoolean(4));
}
