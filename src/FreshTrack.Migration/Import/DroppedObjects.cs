using System.Collections.Concurrent;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Migration.Importing;

/// <summary>Something of the target that is dropped before the rows arrive and recreated after them.</summary>
/// <param name="Step">Order of coming back: 0 indexes, 1 keys, 2 foreign keys, 3 their validation, 4 triggers.</param>
/// <param name="Definition">The statement that recreates it.</param>
/// <param name="Drop">Takes it off; empty when another drop takes it along.</param>
internal sealed record DroppedObject(int Step, string Table, string Name, string Definition, string Drop);

/// <summary>Keys, indexes, foreign keys and triggers of the target that are off while rows come in. Their definitions
/// are kept where a killed run can find them.</summary>
internal sealed class DroppedObjects(NpgsqlDataSource target, string session, TimeProvider time)
{
    private const int IndexStep = 0;
    private const int ForeignKeyStep = 2;

    // The class of SQLSTATEs that complain about rows.
    private const string IntegrityViolation = "23";

    private static readonly Sql Save = Sql.Format(
        $"insert into {OwnNames.Dropped} (step, target_table, name, definition) values ($1, $2, $3, $4) on "
            + $"conflict (step, target_table, name) do update set definition = excluded.definition"
    );

    private static readonly Sql Settings = new(
        "set search_path = ''; set maintenance_work_mem = '256MB'; set max_parallel_maintenance_workers = 2"
    );

    /// <summary>What is off now, as <c>public.units: units_name_idx</c>; empty where no import has begun.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        NpgsqlDataSource target,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await target.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<bool>(
            new Sql("select to_regclass($1) is not null"),
            cancellationToken,
            Sql.Format($"{OwnNames.Dropped}").Text
        )
            ? await connection.ListAsync(
                Sql.Format($"select target_table, name from {OwnNames.Dropped} order by target_table, name"),
                row => $"{row.GetString(0)}: {row.GetString(1)}",
                cancellationToken
            )
            : [];
    }

    /// <summary>Saves and drops in one transaction; what an earlier attempt took off stays saved.</summary>
    public static async Task DropAsync(
        NpgsqlConnection target,
        IEnumerable<TableName> tables,
        CancellationToken cancellationToken
    )
    {
        var names = tables.Select(table => Sql.Format($"{table}").Text).Distinct().ToArray();
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        await target.ExecuteAsync(new Sql("set local search_path = ''"), cancellationToken);
        foreach (var query in DroppedObjectSql.InOrder)
        {
            var found = await target.ListAsync(
                query,
                row => new DroppedObject(
                    row.GetInt32(0),
                    row.GetString(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.GetString(4)
                ),
                cancellationToken,
                [names]
            );
            foreach (var item in found)
            {
                await target.ExecuteAsync(Save, cancellationToken, item.Step, item.Table, item.Name, item.Definition);
                if (item.Drop.Length > 0)
                {
                    await target.ExecuteAsync(Sql.Expression(item.Drop), cancellationToken);
                }
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Indexes and validations at once, locks that exclude each other one after the other.</summary>
    /// <exception cref="MigrationException">The target refuses one; those recreated so far stay.</exception>
    public async Task RecreateAsync(int workers, IProgress<MoveProgress>? progress, CancellationToken cancellationToken)
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        var saved = await connection.ListAsync(
            Sql.Format($"select id, step, target_table, name, definition from {OwnNames.Dropped} order by step, id"),
            row => new Saved(row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4)),
            cancellationToken
        );
        var activity = new ActivityProgress("indexes", saved.Count, progress, time);
        activity.Begin();
        foreach (var step in saved.GroupBy(item => item.Step))
        {
            // Foreign keys lock two tables each: side by side they could wait for each other for ever.
            var lanes = step.Key == ForeignKeyStep ? 1 : workers;
            // Work of one table stays together, except where the locks allow more: plain index builds.
            var queue = new ConcurrentQueue<IGrouping<string, Saved>>(
                step.GroupBy(item => step.Key == IndexStep ? item.Table + item.Name : item.Table)
            );
            await Workers.DrainAsync(queue, lanes, stop => RecreateAsync(queue, activity, stop), cancellationToken);
        }
    }

    private async Task RecreateAsync(
        ConcurrentQueue<IGrouping<string, Saved>> queue,
        ActivityProgress activity,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await Sessions.OpenAsync(target, session, cancellationToken);
        await connection.ExecuteAsync(Settings, cancellationToken);
        while (queue.TryDequeue(out var group))
        {
            foreach (var item in group)
            {
                await RecreateAsync(connection, item, cancellationToken);
                activity.Add(item.Table, 1, 0);
            }
        }
    }

    private static async Task RecreateAsync(
        NpgsqlConnection connection,
        Saved item,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // The definition and its entry go in one transaction: a killed run repeats neither.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(Sql.Expression(item.Definition), cancellationToken);
            await connection.ExecuteAsync(
                Sql.Format($"delete from {OwnNames.Dropped} where id = $1"),
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
                $"{what}: {error.MessageText}{(error.Detail is { } detail ? $" ({detail})" : "")}. Correct "
                    + "the cause; resuming puts back the rest.",
                error
            );
        }
    }

    private sealed record Saved(long Id, int Step, string Table, string Name, string Definition);
}
