using FreshTrack.Api.Alerts;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Group commit: while one batch is being committed the next one gathers, and everybody is answered after their commit.</summary>
internal sealed class ReadingWriter(ReadingQueue queue, NpgsqlDataSource database, UnitSignals signals, ILogger<ReadingWriter> logger) : BackgroundService
{
    /// <summary>Two, so that one batch is built while the other is committed.</summary>
    private const int Writers = 2;

    private const int MaximumBatch = 512;
    private const int Attempts = 3;

    /// <summary>Finishes what was accepted: the queue takes nothing more and is written to its end.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    // Ends with the queue and not with the token: an accepted reading is written also when the host is stopping.
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Monitors see zeros, and not nothing, before the first reading.
        IngestionMetrics.QueueDepth.Set(0);
        return Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteQueueAsync, CancellationToken.None)));
    }

    private async Task WriteQueueAsync()
    {
        var batch = new List<QueuedReading>(MaximumBatch);
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            IngestionMetrics.QueueDepth.Set(queue.Depth);
            while (batch.Count < MaximumBatch && queue.Reader.TryRead(out var queued))
            {
                batch.Add(queued);
            }

            if (batch.Count > 0)
            {
                await WriteAsync(batch, CancellationToken.None);
            }
        }
    }

    private async Task WriteAsync(List<QueuedReading> batch, CancellationToken cancellationToken)
    {
        try
        {
            await InsertAsync(batch, cancellationToken);
            IngestionMetrics.BatchSize.Observe(batch.Count);
            IngestionMetrics.Stored.Inc(batch.Count);
            foreach (var queued in batch)
            {
                queued.Complete(WriteOutcome.Stored);
            }

            signals.Add(batch.Select(queued => KeyValuePair.Create(queued.Reading.Unit, queued.Reading.Uplink.RecordedAt)));
        }
        catch (PostgresException exception) when (IsAboutData(exception))
        {
            await WriteOneByOneAsync(batch, exception, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever happened, those who wait are told and the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.BatchFailed(batch.Count, exception.Message);
            foreach (var queued in batch)
            {
                queued.Fail(exception);
            }
        }
    }

    /// <summary>One reading that the database refuses must not take the others of its batch with it.</summary>
    private async Task WriteOneByOneAsync(List<QueuedReading> batch, PostgresException exception, CancellationToken cancellationToken)
    {
        if (batch.Count == 1)
        {
            logger.ReadingRefused(batch[0].Reading.Sensor, exception.SqlState);
            batch[0].Complete(WriteOutcome.Refused);
            return;
        }

        foreach (var queued in batch)
        {
            await WriteAsync([queued], cancellationToken);
        }
    }

    /// <summary>Repeats what a restart of the database or a deadlock interrupted; ids follow from the uplink, so no row comes twice.</summary>
    private async Task InsertAsync(List<QueuedReading> batch, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = ReadingBatch.Create(database, batch);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException exception) when (attempt < Attempts && !IsAboutData(exception))
            {
                logger.BatchRetried(batch.Count, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellationToken);
            }
        }
    }

    /// <summary>Classes 22 and 23: a value or a reference that is wrong, today and on every retry.</summary>
    private static bool IsAboutData(NpgsqlException exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] };
}
