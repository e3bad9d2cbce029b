using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>What is left to do when all rows and keys are in: sequences behind the highest value, and statistics.</summary>
internal static class Finish
{
    private static readonly Sql Sequences = new(
        """
        select format('select setval(%L, coalesce(max(%I), 0) + 1, false) from %s', pg_get_serial_sequence($1, a.attname), a.attname, $1::regclass)
        from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and pg_get_serial_sequence($1, a.attname) is not null
        """);

    public static async Task RunAsync(NpgsqlConnection target, ResolvedPlan plan, CancellationToken cancellationToken)
    {
        foreach (var table in plan.Tables.Select(table => table.Target).Distinct())
        {
            var name = Sql.Format($"{table}").Text;
            foreach (var set in await target.ListAsync(Sequences, row => Sql.Expression(row.GetString(0)), cancellationToken, name))
            {
                await target.ExecuteAsync(set, cancellationToken);
            }

            await target.ExecuteAsync(Sql.Format($"analyze {table}"), cancellationToken);
        }
    }
}
