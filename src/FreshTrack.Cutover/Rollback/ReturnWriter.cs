using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.Cutover.Rollback;

/// <summary>Writes one table's differing rows into the source, in transactions of at most <see cref="BatchSize"/> rows
/// that count themselves in the ledger. Rows that another row of the table is in the way of wait until the end of the
/// table, and then make room for each other.</summary>
internal sealed class ReturnWriter(
    ReverseTable table,
    NpgsqlConnection source,
    NpgsqlConnection target,
    ReturnLedger ledger,
    Action<int> report
)
{
    public const int BatchSize = 1000;

    private readonly List<IReadOnlyList<string?>> inserts = [];
    private readonly List<IReadOnlyList<string?>> updates = [];
    private readonly List<IReadOnlyList<string?>> waiting = [];
    private RowCounts waitingRows = RowCounts.None;

    /// <exception cref="ReturnException">Rows cannot go back as they are.</exception>
    public async Task WriteAsync(IAsyncEnumerable<KeyChange> changes, CancellationToken cancellationToken)
    {
        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            switch (change.Kind)
            {
                case DifferenceKind.Extra:
                    await AddAsync(inserts, change, isNew: true, cancellationToken);
                    break;
                case DifferenceKind.Changed when table.RewritesRows:
                    waiting.Add(change.Key);
                    waitingRows = waitingRows.Plus(new RowCounts(0, 1, 0));
                    break;
                case DifferenceKind.Changed:
                    await AddAsync(updates, change, isNew: false, cancellationToken);
                    break;
                default:
                    throw new ReturnException(
                        $"{table.Source}: a row was deleted on the new side after the rows to delete were listed. "
                            + "List and confirm them again."
                    );
            }
        }

        await FlushAsync(inserts, isNew: true, cancellationToken);
        await FlushAsync(updates, isNew: false, cancellationToken);
        await WriteWaitingAsync(cancellationToken);
    }

    /// <summary>Deletes the rows that were listed, each of which the target must still lack.</summary>
    /// <exception cref="ReturnException">A row is on the new side again.</exception>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        while (await ledger.NextDeletesAsync(source, table, BatchSize, cancellationToken) is { Count: > 0 } listed)
        {
            var keys = Arrays(table.Key.Count, listed.Select(row => row.Key));
            if (await target.ScalarAsync<long>(ReturnSql.Count(table), cancellationToken, keys) is > 0 and var back)
            {
                throw new ReturnException(
                    $"{table.Source}: {back} rows that were to be deleted are on the new side again. List and "
                        + "confirm them again."
                );
            }

            await using var transaction = await source.BeginTransactionAsync(cancellationToken);
            var deleted = await source.ExecuteAsync(ReturnSql.Delete(table), cancellationToken, keys);
            await ledger.RemoveDeletesAsync(source, listed.Select(row => row.Id), cancellationToken);
            await ledger.CountAsync(source, table, new RowCounts(0, 0, deleted), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            report(deleted);
        }
    }

    private async Task AddAsync(
        List<IReadOnlyList<string?>> batch,
        KeyChange change,
        bool isNew,
        CancellationToken cancellationToken
    )
    {
        batch.Add(change.Key);
        if (batch.Count == BatchSize)
        {
            await FlushAsync(batch, isNew, cancellationToken);
        }
    }

    private async Task FlushAsync(List<IReadOnlyList<string?>> batch, bool isNew, CancellationToken cancellationToken)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var rows = isNew ? new RowCounts(batch.Count, 0, 0) : new RowCounts(0, batch.Count, 0);
        var values = await ReadAsync(batch, cancellationToken);
        await using (var transaction = await source.BeginTransactionAsync(cancellationToken))
        {
            try
            {
                var sql = isNew ? ReturnSql.Insert(table) : ReturnSql.Update(table);
                var written = await source.ExecuteAsync(sql, cancellationToken, values);
                Demand(written, batch.Count);
                await ledger.CountAsync(source, table, rows, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                report(batch.Count);
            }
            catch (PostgresException error) when (IsInTheWay(error))
            {
                waiting.AddRange(batch);
                waitingRows = waitingRows.Plus(rows);
            }
            catch (PostgresException error)
            {
                throw Refused(error);
            }
        }

        batch.Clear();
    }

    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        await using var transaction = await source.BeginTransactionAsync(cancellationToken);
        await source.ExecuteAsync(ReturnSql.CreateIncoming(table), cancellationToken);
        foreach (var batch in waiting.Chunk(BatchSize))
        {
            var values = await ReadAsync(batch, cancellationToken);
            await source.ExecuteAsync(ReturnSql.AddIncoming(table), cancellationToken, values);
        }

        await source.ExecuteAsync(ReturnSql.MakeRoom(table), cancellationToken);
        await transaction.SaveAsync("room", cancellationToken);
        try
        {
            await source.ExecuteAsync(ReturnSql.WriteIncoming(table), cancellationToken);
        }
        catch (PostgresException error) when (IsInTheWay(error))
        {
            await transaction.RollbackAsync("room", cancellationToken);
            throw await BlockedAsync(error, cancellationToken);
        }
        catch (PostgresException error)
        {
            throw Refused(error);
        }

        await ledger.CountAsync(source, table, waitingRows, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        report(waiting.Count);
    }

    /// <returns>An array a column of the source.</returns>
    private async Task<object[]> ReadAsync(
        IReadOnlyCollection<IReadOnlyList<string?>> keys,
        CancellationToken cancellationToken
    )
    {
        var rows = await target.ListAsync(
            ReturnSql.Read(table),
            row =>
                Enumerable
                    .Range(0, table.Columns.Count)
                    .Select(index => row.IsDBNull(index) ? null : row.GetString(index))
                    .ToArray(),
            cancellationToken,
            Arrays(table.Key.Count, keys)
        );
        if (rows.Count != keys.Count)
        {
            throw new ReturnException(
                $"{table.Target}: {rows.Count} of {keys.Count} differing rows were found by their key. The new side "
                    + "still takes writes, or the key does not tell its rows apart. Put it into maintenance, and "
                    + "return again."
            );
        }

        RefuseUnmapped(rows);
        return Arrays(table.Columns.Count, rows);
    }

    private void RefuseUnmapped(List<string?[]> rows)
    {
        foreach (var (index, column) in table.Columns.Index().Where(item => item.Item.IsUser))
        {
            if (rows.Find(row => row[index]?.StartsWith(ReverseColumn.Unmapped) == true) is { } row)
            {
                throw new ReturnException(
                    $"{table.Target}: {column.Name} holds {row[index]![ReverseColumn.Unmapped.Length..]}, which is no "
                        + "user of the user map. Create the users of the new side first, or correct the row there."
                );
            }
        }
    }

    private void Demand(int written, int wanted)
    {
        if (written != wanted)
        {
            throw new ReturnException(
                $"{table.Source}: {written} of {wanted} rows were found by their key. The source takes writes, or its "
                    + "key does not tell its rows apart. Nothing of this batch was written."
            );
        }
    }

    private async Task<ReturnException> BlockedAsync(PostgresException error, CancellationToken cancellationToken)
    {
        var unique =
            table.SourceTable.Indexes.FirstOrDefault(index => index.Name == error.ConstraintName)?.KeyColumns ?? [];
        var known = unique.Count > 0 && unique.All(name => table.Columns.Any(column => column.Name == name));
        var rows = known
            ? await source.ListAsync(ReturnSql.InTheWay(table, unique), row => row.GetString(0), cancellationToken)
            : [];
        var which = rows.Count > 0 ? $" of the rows {string.Join("; ", rows)}" : "";
        return new ReturnException(
            $"{table.Source}: a row that the plan leaves behind is in the way{which}, by {error.ConstraintName}. "
                + "Change one of the two, and return again; the other rows of the table that came before are back.",
            error
        );
    }

    // What the server says of a value may quote it, and a value may be secret.
    private ReturnException Refused(PostgresException error) =>
        new(
            $"The source refuses a row of {table.Source}"
                + (error.ConstraintName is { } name ? $", by {name}" : "")
                + (error.ColumnName is { } column ? $", column {column}" : "")
                + (error.SqlState[..2] is "22" or "23" ? $" (SQL state {error.SqlState})" : $": {error.MessageText}")
                + ". Correct it on the new side, and return again; what came before is back.",
            error
        );

    private static bool IsInTheWay(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation;

    private static object[] Arrays(int columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var all = rows.ToList();
        return [.. Enumerable.Range(0, columns).Select(index => (object)all.Select(row => row[index]).ToArray())];
    }
}
