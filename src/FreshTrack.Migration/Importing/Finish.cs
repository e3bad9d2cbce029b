using System.Collections.Concurrent;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>What is left to do when all rows and keys are in:
/// sequences behind the highest value, and statistics.</summary>
internal sealed class Finish(NpgsqlDataSource target, string session)
{
    private static readonly Sql Sequences = new(
        """
        select format('select setval(%L, coalesce(max(%I), 0) + 1, false) from %s',
                      pg_get_serial_sequence($1, a.attname), a.attname, $1::regclass)
        from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
          and pg_get_serial_sequence($1, a.attname) is not null
        """
    );

    public async Task RunAsync(ResolvedPlan plan, int workers, CancellationToken cancellationToken)
    {
        var queue = new ConcurrentQueue<TableName>(plan.Tables.Select(table => table.Target).Distinct());
        await Workers.RunAsync(
            Enumerable.Range(0, Math.Min(workers, queue.Count)).Select(_ => (Func<CancellationToken, Task>)WorkAsync),
            cancellationToken
        );

        async Task WorkAsync(CancellationToken stop)
        {
            await using var connection = await Sessions.OpenAsync(target, session, stop);
            while (queue.TryDequeue(out var table))
            {
                await FinishAsync(connection, table, stop);
            }
        }
    }

    private static async Task FinishAsync(
        NpgsqlConnection connection,
        TableName table,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var set in await connection.ListAsync(
                Sequences,
                row => Sql.Expression(row.GetString(0)),
                cancellationToken,
                Sql.Format($"{table}").Text
            )
        )
        {
            await connection.ExecuteAsync(set, cancellationToken);
        }

        await connection.ExecuteAsync(Sql.Format($"analyze {table}"), cancellationToken);
    }
}
