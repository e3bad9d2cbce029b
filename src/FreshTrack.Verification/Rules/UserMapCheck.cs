using FreshTrack.Verification.Contents;
using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>The user map is a bijection, and every user id of both sides is in it.</summary>
internal sealed class UserMapCheck(ResolvedPlan plan) : ICheck
{
    private static readonly TableName Map = new("migration", "user_map");
    private static readonly Sql Shape = Sql.Format(
        $"""
        select count(*), count(*) - count(distinct source_id), count(*) - count(distinct target_id) from {Map}
        """
    );

    public string Name => CheckNames.UserMap;

    public string Subject => Map.ToString();

    public static IEnumerable<ICheck> For(ResolvedPlan plan) =>
        plan.Tables.Any(table => table.Columns.Any(column => column.IsUser)) ? [new UserMapCheck(plan)] : [];

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var source = await sides.Source.OpenSessionAsync(cancellationToken);
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        var (rows, source2, target2) = await target.SingleAsync(
            Shape,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
            cancellationToken
        );
        var known = new HashSet<string>();
        await foreach (
            var id in target.StreamAsync(
                Sql.Format($"select source_id::text from {Map} where source_id is not null"),
                row => row.GetString(0),
                cancellationToken
            )
        )
        {
            known.Add(id);
        }

        if (known.Count != rows - source2)
        {
            return Outcome.Inconclusive($"Read {known.Count} of {rows - source2} source ids of {Map}.");
        }

        var violations = source2 + target2;
        List<string> said =
            violations > 0 ? [$"{source2} source ids and {target2} target ids of {Map} are null or repeated."] : [];
        foreach (
            var (table, column) in plan.Tables.SelectMany(table =>
                table.Columns.Where(column => column.IsUser).Select(column => (table, column))
            )
        )
        {
            var strays = await StraysAsync(table, column, source, target, known, cancellationToken);
            violations += strays.Source + strays.Target;
            said.AddRange(
                strays.Source + strays.Target > 0
                    ?
                    [
                        $"{table.Target}.{column.Target}: {strays.Source} user ids of the source and "
                            + $"{strays.Target} rows of the target are not in the map.",
                    ]
                    : []
            );
        }

        return Outcome.Judge(
            rows,
            violations,
            violations == 0
                ? $"{rows} users are mapped one to one, and every reference is among them."
                : string.Join(' ', said)
        );
    }

    private static async Task<(long Source, long Target)> StraysAsync(
        TableProjection table,
        ColumnProjection column,
        Session source,
        Session target,
        HashSet<string> known,
        CancellationToken cancellationToken
    )
    {
        var name = new Identifier(column.Target);
        var stray = 0L;
        var used = source.StreamAsync(
            Sql.Format(
                $"select distinct r.{name} from ({Projection.OfSource(table, [column])}) as r where "
                    + $"r.{name} is not null"
            ),
            row => row.GetString(0),
            cancellationToken
        );
        await foreach (var id in used)
        {
            stray += known.Contains(id) ? 0 : 1;
        }

        var unmapped = await target.SingleAsync(
            Sql.Format(
                $"select count(*) from {table.Target} as t where t.{name} is not null and not exists "
                    + $"(select from {Map} as m where m.target_id::text = t.{name}::text)"
            ),
            row => row.GetInt64(0),
            cancellationToken
        );
        return (stray, unmapped);
    }
}
