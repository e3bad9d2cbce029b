using System.Collections.Concurrent;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Puts back what <see cref="Deferred"/> took off: indexes and validations at once, locks that exclude each
/// other one after the other.</summary>
internal sealed class Restore(NpgsqlDataSource target, string session)
{
    private const int IndexStep = 0;
    private const int ForeignKeyStep = 2;

    // The class of SQLSTATEs that complain about rows.
    private const string IntegrityViolation = "23";

    private static readonly Sql Settings = new(
        "set search_path = ''; set maintenance_work_mem = '256MB'; set max_parallel_maintenance_workers = 2"
    );

    public async Task RunAsync(int workers, StageProgress stage, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        var saved = await connection.ListAsync(
            new Sql("select id, step, target_table, name, definition from migration.deferred order by step, id"),
            row => new Saved(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4)),
            cancellationToken
        );
        stage.Begin();
        foreach (var step in saved.GroupBy(item => item.Step))
        {
            // Foreign keys lock two tables each: side by side they could wait for each other for ever.
            var lanes = step.Key == ForeignKeyStep ? 1 : workers;
            var queue = new ConcurrentQueue<IGrouping<string, Saved>>(
                step.GroupBy(item => step.Key == IndexStep ? item.Table + item.Name : item.Table)
            );
            await Workers.RunAsync(
                Enumerable
                    .Range(0, Math.Min(lanes, queue.Count))
                    .Select(_ => (Func<CancellationToken, Task>)(stop => RunAsync(queue, stage, stop))),
                cancellationToken
            );
        }
    }

    /// <summary>Work of one table stays together, except where the locks allow more: plain index builds.</summary>
    private async Task RunAsync(
        ConcurrentQueue<IGrouping<string, Saved>> queue,
        StageProgress stage,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        await connection.ExecuteAsync(Settings, cancellationToken);
        while (queue.TryDequeue(out var group))
        {
            foreach (var item in group)
            {
                await RunAsync(connection, item, cancellationToken);
                stage.Add(item.Table, 1, 0);
            }
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, Saved item, CancellationToken cancellationToken)
    {
        try
        {
            // The definition and its entry go in one transaction: a killed run repeats neither.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(Sql.Expression(item.Definition), cancellationToken);
            await connection.ExecuteAsync(
                new Sql("delete from migration.deferred where id = $1"),
                cancellationToken,
                item.Id
            );
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException error)
        {
            var what = error.SqlState.StartsWith(IntegrityViolation)
                ? $"The rows of {item.Table} do not allow '{item.Name}' of the target"
                : $"'{item.Name}' of {item.Table} could not be put back on the target";
            throw new MigrationException(
                $"{what}: {error.MessageText}{(error.Detail is { } detail ? $" ({detail})" : "")}. "
                    + "Correct the cause; resuming puts back the rest.",
                error
            );
        }
    }

    private sealed record Saved(long Id, int Step, string Table, string Name, string Definition);
}
