using System.Diagnostics.CodeAnalysis;
using FreshTrack.Api.Alerts;
using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Writes bulk requests that correct readings, each in a transaction of its own: what appends to an
/// organization's event chain may have to wait, and no other reading waits with it.</summary>
internal sealed class CorrectionWriter(
    WriterDatabase database,
    UnitSignals signals,
    TimeProvider clock,
    ILogger<CorrectionWriter> logger
) : IDisposable
{
    /// <summary>Connections that corrections may hold at once.</summary>
    public const int Writers = 2;

    private readonly SemaphoreSlim free = new(Writers);

    /// <exception cref="NpgsqlException">The database cannot be
    /// reached, or others hold the chain or the units for seconds.</exception>
    public async Task<WriteOutcome> WriteAsync(
        Guid organization,
        NewReading[] readings,
        CancellationToken cancellationToken
    )
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            // Begun is finished: a client that goes away leaves no doubt whether it was stored.
            return await StoreAsync(organization, readings, CancellationToken.None);
        }
        catch (PostgresException exception) when (ReadingWriter.IsAboutData(exception))
        {
            logger.ReadingRefused(readings[0].Unit, exception.SqlState);
            return new WriteOutcome.Refused();
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose() => free.Dispose();

    private async Task<WriteOutcome> StoreAsync(
        Guid organization,
        NewReading[] readings,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var known = await LockAsync(transaction, organization, readings, cancellationToken);

        var round = new WriteRound([new QueuedReadings(readings)]);
        await using var batch = new NpgsqlBatch(connection, transaction);
        var rows = await ReadingBatch.StoreAsync(batch, round.Rows, cancellationToken);
        var outcome =
            round.Outcomes(rows).Single().Outcome
            ?? throw new TimeoutException("Another program writes the same readings at this moment.");
        if (outcome is not WriteOutcome.Stored stored)
        {
            return outcome;
        }

        if (Problems(readings, stored, known) is [_, ..] problems)
        {
            return new WriteOutcome.Rejected(IsConflict: false, problems);
        }

        await FinishAsync(transaction, round, rows, known, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        signals.Add(readings.Select(reading => reading.Unit));
        IngestionMetrics.Stored.Inc(readings.Length);
        return outcome;
    }

    /// <returns>What is to be corrected, as it is while this transaction holds its unit.</returns>
    private static async Task<Dictionary<Guid, CorrectedReading>> LockAsync(
        NpgsqlTransaction transaction,
        Guid organization,
        NewReading[] readings,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(CorrectionSql.LockChain)
            {
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = organization } },
            }
        );
        ReadingBatch.AddLocks(batch, readings);
        Guid[] ids = [.. readings.Select(reading => reading.Supersedes).OfType<Guid>()];
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(CorrectionSql.Corrected)
            {
                Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids } },
            }
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var skipped = 1; skipped < batch.BatchCommands.Count; skipped++)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        var known = new Dictionary<Guid, CorrectedReading>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var corrected = Corrected(reader);
            known[corrected.Id] = corrected;
        }

        return known;
    }

    private static CorrectedReading Corrected(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetGuid(1), row.GetDateTime(2), row.IsDBNull(3) ? null : row.GetGuid(3));

    /// <summary>A reading of another unit is as unknown as one that does not exist: whose it is stays untold.</summary>
    private static List<RejectedEntry> Problems(
        NewReading[] readings,
        WriteOutcome.Stored stored,
        Dictionary<Guid, CorrectedReading> known
    )
    {
        var problems = new List<RejectedEntry>();
        for (var index = 0; index < readings.Length; index++)
        {
            if (readings[index].Supersedes is not { } id || !stored.Readings[index].IsNew)
            {
                continue;
            }

            if (!known.TryGetValue(id, out var corrected) || corrected.Unit != readings[index].Unit)
            {
                problems.Add(new RejectedEntry(index, "supersedes", RejectedEntry.NotFound));
            }
            else if (corrected.SupersededBy is { } by)
            {
                problems.Add(new RejectedEntry(index, "supersedes", RejectedEntry.AlreadySuperseded, ReadingId: by));
            }
        }

        return problems;
    }

    private async Task FinishAsync(
        NpgsqlTransaction transaction,
        WriteRound round,
        BatchOutcome[] rows,
        Dictionary<Guid, CorrectedReading> known,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow().UtcDateTime;
        NewReading[] corrections =
        [
            .. round
                .Rows.Zip(rows)
                .Where(row => row.First.Reading.Supersedes is not null && row.Second.IsNew)
                .Select(row => row.First.Reading),
        ];
        Guid[] units = [.. corrections.Select(reading => reading.Unit).Distinct()];
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(Pairs(CorrectionSql.Supersede));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(CorrectionSql.Units)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]> { TypedValue = units },
                    new NpgsqlParameter<DateTime> { TypedValue = now },
                },
            }
        );
        var log = Pairs(CorrectionSql.Log);
        log.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        log.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. corrections.Select(r => r.RecordedAt)] });
        batch.BatchCommands.Add(log);
        await batch.ExecuteNonQueryAsync(cancellationToken);

        NpgsqlBatchCommand Pairs([ConstantExpected] string sql) =>
            new(sql)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. corrections.Select(r => r.Supersedes!.Value)] },
                    new NpgsqlParameter<DateTime[]>
                    {
                        TypedValue = [.. corrections.Select(r => known[r.Supersedes!.Value].RecordedAt)],
                    },
                    new NpgsqlParameter<Guid[]> { TypedValue = [.. corrections.Select(r => r.Id)] },
                },
            };
    }

    /// <param name="RecordedAt">With the id its key.</param>
    private sealed record CorrectedReading(Guid Id, Guid Unit, DateTime RecordedAt, Guid? SupersededBy);
}
