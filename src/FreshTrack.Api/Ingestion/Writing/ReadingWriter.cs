using FreshTrack.Api.Alerts;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Group commit: while one batch is being committed the next
/// one gathers, and everybody is answered after their commit.</summary>
internal sealed class ReadingWriter(
    ReadingQueue queue,
    NpgsqlDataSource database,
    DirectoryChanges changes,
    UnitSignals signals,
    ILogger<ReadingWriter> logger
) : BackgroundService
{
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
        return Task.WhenAll(
            Enumerable
                .Range(0, ReadingQueue.Lanes)
                .Select(lane => Task.Run(() => WriteLaneAsync(lane), CancellationToken.None))
        );
    }

    private async Task WriteLaneAsync(int lane)
    {
        var batch = new List<QueuedReadings>(MaximumBatch);
        while (await queue.WaitAsync(lane, CancellationToken.None))
        {
            batch.Clear();
            IngestionMetrics.QueueDepth.Set(queue.Depth);
            queue.Take(lane, batch, MaximumBatch);
            await WriteOrTellAsync(batch, CancellationToken.None);
        }
    }

    /// <summary>A lane outlives whatever one batch meets: half of all units depend on it.</summary>
    private async Task WriteOrTellAsync(List<QueuedReadings> batch, CancellationToken cancellationToken)
    {
        try
        {
            if (batch.Count > 0)
            {
                await WriteAsync(batch, cancellationToken);
            }
        }
#pragma warning disable CA1031
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.BatchFailed(batch.Count, exception.Message);
            batch.ForEach(queued => queued.Fail(exception));
        }
    }

    private async Task WriteAsync(List<QueuedReadings> batch, CancellationToken cancellationToken)
    {
        try
        {
            var readings = await InsertAsync(batch, cancellationToken);
            IngestionMetrics.BatchSize.Observe(readings);
            IngestionMetrics.Stored.Inc(readings);
            batch.ForEach(queued => queued.Complete(WriteOutcome.Stored));
            signals.Add(batch.SelectMany(queued => queued.Readings).Select(reading => reading.Unit));
        }
        catch (PostgresException exception) when (IsAboutData(exception))
        {
            await SplitAsync(batch, exception, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever happened, those who wait are told and the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.BatchFailed(batch.Count, exception.Message);
            batch.ForEach(queued => queued.Fail(exception));
        }
    }

    /// <summary>A reading that the database refuses is found by halving,
    /// so that it takes no other of its batch with it.</summary>
    private async Task SplitAsync(
        List<QueuedReadings> batch,
        PostgresException exception,
        CancellationToken cancellationToken
    )
    {
        if (batch is [var single])
        {
            logger.ReadingRefused(single.Readings[0].Unit, exception.SqlState);
            // Nobody would have been let in with a unit or sensor that has gone, had it been known.
            await changes.AnnounceAsync(cancellationToken);
            single.Complete(WriteOutcome.Refused);
            return;
        }

        var half = batch.Count / 2;
        await WriteAsync(batch[..half], cancellationToken);
        await WriteAsync(batch[half..], cancellationToken);
    }

    /// <summary>Repeats what a restart of the database or a deadlock interrupted; ids follow from the reading, so no
    /// row comes twice.</summary>
    /// <returns>How many readings it wrote.</returns>
    private async Task<int> InsertAsync(List<QueuedReadings> batch, CancellationToken cancellationToken)
    {
        // In the order of their ids: equal readings in two batches meet in the unique index, and must not wait for each
        // other in a circle.
        var readings = batch.SelectMany(queued => queued.Readings).OrderBy(reading => reading.Id).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = ReadingBatch.Create(database, readings);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return readings.Length;
            }
            catch (NpgsqlException exception) when (attempt < Attempts && !IsAboutData(exception))
            {
                logger.BatchRetried(readings.Length, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellationToken);
            }
        }
    }

    /// <summary>Classes 22, 23 and 54: a value, a reference or a
    /// size that is wrong, today and on every retry.</summary>
    private static bool IsAboutData(NpgsqlException exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };
}
