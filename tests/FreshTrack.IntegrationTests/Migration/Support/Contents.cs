using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Holds every value of every moved table against its source.
/// Shares nothing with the engine's own checks but the plan.</summary>
internal static class Contents
{
    /// <summary>Compares whole rows as text, whatever their order; mapped user ids are looked up backwards.</summary>
    public static async Task AreEqualAsync(Move move, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        foreach (var target in plan.Targets)
        {
            var expected = new List<string>();
            foreach (var table in target.Entries)
            {
                var values = Sql.Join(
                    ", ",
                    table.Columns.Select(column => Sql.Format($"({column.Expression}){AsTarget(column)}"))
                );
                expected.AddRange(
                    await RowsAsync(
                        move.Source,
                        Sql.Format($"from {table.Source} where {Sql.Expression(table.Plan.Where ?? "true")}"),
                        values,
                        cancellationToken
                    )
                );
            }

            var read = Sql.Join(", ", target.Entries[0].Columns.Select(Read));
            var actual = await RowsAsync(move.Target, Sql.Format($"from {target.Name} t"), read, cancellationToken);
            expected.Sort();
            actual.Sort();
            Assert.True(expected.Count > 0, $"{target.Name} has rows to compare");
            Assert.Equal(expected, actual);
        }
    }

    private static Task<List<string>> RowsAsync(
        Npgsql.NpgsqlDataSource database,
        Sql from,
        Sql values,
        CancellationToken cancellationToken
    ) =>
        // Large rows are told apart by a digest, and the start says which row it is.
        Move.RowsAsync(
            database,
            Sql.Format($"select left(r, 200) || md5(r) from (select row({values})::text as r {from}) rows").Text,
            cancellationToken
        );

    private static Sql Read(ColumnProjection column)
    {
        var name = new Identifier(column.Target);
        return column.IsUser
            ? Sql.Format($"(select source_id from migration.user_map where target_id = t.{name})")
            : Sql.Format($"t.{name}");
    }

    // A renamed type has one text on both sides; only a plan's own expression may have another type than its target.
    private static Sql AsTarget(ColumnProjection column) =>
        Sql.Expression(column.SourceType is null ? $"::{column.TransportType}" : "");
}
