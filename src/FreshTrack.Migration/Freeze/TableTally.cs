using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Freezing;

/// <summary>Rows of one group of a table at the cutover point.</summary>
/// <param name="Group">Such as an organization's id; null for rows that belong to none.</param>
/// <param name="Newest">The newest value of the column that the plan names; null where every row lacks one.</param>
public sealed record GroupTally(string? Group, long Rows, DateTimeOffset? Newest);

/// <summary>What the plan's <c>tally</c> of one table counted in the source.</summary>
public sealed record TableTally(string Table, IReadOnlyList<GroupTally> Groups)
{
    /// <summary>Counts every table of the plan that has a <c>tally</c>, in the plan's order.</summary>
    /// <exception cref="MigrationException">The source refuses a tally's SQL.</exception>
    public static async Task<IReadOnlyList<TableTally>> CountAsync(
        NpgsqlDataSource source,
        MigrationPlan plan,
        CancellationToken cancellationToken
    )
    {
        var tallies = new List<TableTally>();
        await using var connection = await Sessions.OpenAsync(source, "freshtrack-freeze", cancellationToken);
        foreach (var table in plan.Tables.Where(table => table.Tally is not null))
        {
            try
            {
                var groups = await connection.ListAsync(
                    Query(table, table.Tally!),
                    row => new GroupTally(
                        row.IsDBNull(0) ? null : row.GetString(0),
                        row.GetInt64(1),
                        row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2)
                    ),
                    cancellationToken
                );
                tallies.Add(new TableTally(table.Source.ToString(), groups));
            }
            catch (PostgresException error)
            {
                throw new MigrationException(
                    $"The tally of {table.Source} (line {table.Line} of the plan) cannot be counted: "
                        + $"{error.MessageText}. Correct its SQL in the plan.",
                    error
                );
            }
        }

        return tallies;
    }

    // Rows are counted by their own column first, so that groups are looked up once for each of its values.
    private static Sql Query(TablePlan table, TallyPlan tally)
    {
        var where = table.Where is { } rows ? Sql.Format($" where ({Sql.Expression(rows)}\n)") : default;
        var (group, groups) = tally.Of is { } of
            ? (
                new Sql("of.grouped"),
                Sql.Format($" left join ({Sql.Expression(of)}\n) of(value, grouped) on of.value = counted.value")
            )
            : (new Sql("counted.value"), default);
        return Sql.Format(
            $"""
            select {group}::text, sum(counted.n)::bigint, max(counted.newest)
            from (
                select ({Sql.Expression(tally.By)}
                ) as value, count(*) as n, max({Sql.Expression(tally.Newest)}
                )::timestamptz as newest
                from {table.Source}{where} group by 1
            ) counted{groups}
            group by 1 order by 1
            """
        );
    }
}
