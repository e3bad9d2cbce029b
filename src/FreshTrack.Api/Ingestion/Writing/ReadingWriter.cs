using FreshTrack.Api.Alerts;
using FreshTrack.Api.Monitoring;
using Npgsql;
using Prometheus;

namespace FreshTrack.Api.Ingestion;

/// <summary>Group commit: while one batch is being committed the next
/// one gathers, and everybody is answered after their commit.</summary>
internal sealed class ReadingWriter(
    ReadingQueue queue,
    WriterDatabase database,
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
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            Enumerable
                .Range(0, ReadingQueue.Lanes)
                .Select(lane => Task.Run(() => WriteLaneAsync(lane), CancellationToken.None))
        );

    private async Task WriteLaneAsync(int lane)
    {
        var batch = new List<QueuedReadings>(MaximumBatch);
        while (await queue.WaitAsync(lane, CancellationToken.None))
        {
            batch.Clear();
            queue.Take(lane, batch, MaximumBatch);
            await WriteRoundsAsync(batch, CancellationToken.None);
        }
    }

    private async Task WriteRoundsAsync(List<QueuedReadings> batch, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var round in WriteRound.Of(batch))
            {
                await WriteAsync(round, cancellationToken);
            }
        }
#pragma warning disable CA1031 // Whatever happened, those who wait are told and the lane lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(batch, exception);
        }
    }

    private async Task WriteAsync(IReadOnlyList<QueuedReadings> requests, CancellationToken cancellationToken)
    {
        try
        {
            var again = await StoreAsync(new WriteRound(requests), cancellationToken);
            for (var attempt = 1; again.Count > 0; attempt++)
            {
                if (attempt == Attempts)
                {
                    throw new TimeoutException("Another program writes the same readings without end.");
                }

                again = await StoreAsync(new WriteRound(again), cancellationToken);
            }
        }
        catch (PostgresException exception) when (IsAboutData(exception))
        {
            await SplitAsync(
                [.. requests.Where(request => !request.Written.IsCompleted)],
                exception,
                cancellationToken
            );
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            Fail(requests, exception);
        }
    }

    /// <returns>Requests of which nothing became anything: another
    /// program wrote the same readings at the same moment.</returns>
    private async Task<IReadOnlyList<QueuedReadings>> StoreAsync(WriteRound round, CancellationToken cancellationToken)
    {
        BatchOutcome[] outcomes;
        using (IngestionMetrics.CommitSeconds.NewTimer())
        {
            outcomes = await StoreAsync(round.Rows, cancellationToken);
        }

        IngestionMetrics.BatchSize.Observe(round.Rows.Length);
        var (again, stored) = (new List<QueuedReadings>(), new List<NewReading>());
        foreach (var (request, outcome) in round.Outcomes(outcomes))
        {
            if (outcome is null)
            {
                again.Add(request);
                continue;
            }

            request.Complete(outcome);
            if (outcome is WriteOutcome.Stored)
            {
                stored.AddRange(request.Readings);
            }
        }

        IngestionMetrics.Stored.Inc(stored.Count);
        signals.Add(stored.Select(reading => reading.Unit));
        return again;
    }

    /// <summary>A reading that the database refuses is found by halving,
    /// so that it takes no other of its batch with it.</summary>
    private async Task SplitAsync(
        IReadOnlyList<QueuedReadings> requests,
        PostgresException exception,
        CancellationToken cancellationToken
    )
    {
        if (requests is [var single])
        {
            logger.ReadingRefused(single.Readings[0].Unit, exception.SqlState);
            single.Complete(new WriteOutcome.Refused());
            await AnnounceAsync(cancellationToken);
            return;
        }

        var half = requests.Count / 2;
        await WriteAsync([.. requests.Take(half)], cancellationToken);
        await WriteAsync([.. requests.Skip(half)], cancellationToken);
    }

    /// <summary>Nobody would have been let in with a unit or sensor that has gone, had it been known.</summary>
    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await changes.AnnounceAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever Redis does, the writer lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            logger.RedisUnavailable(exception.Message);
        }
    }

    private void Fail(IReadOnlyList<QueuedReadings> requests, Exception exception)
    {
        logger.BatchFailed(requests.Count, exception.Message);
        foreach (var request in requests.Where(request => !request.Written.IsCompleted))
        {
            IngestionMetrics.NotWritten.Inc(request.Readings.Count);
            request.Fail(exception);
        }
    }

    /// <summary>Repeats what a restart of the database or a deadlock interrupted; a reading that was committed all the
    /// same is found there.</summary>
    private async Task<BatchOutcome[]> StoreAsync(
        (NewReading Reading, int Request)[] rows,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StoreOnceAsync(rows, cancellationToken);
            }
#pragma warning disable CA1031 // A reading is stored once: whatever went wrong may be repeated.
            catch (Exception exception) when (attempt < Attempts && !IsAboutData(exception))
#pragma warning restore CA1031
            {
                logger.BatchRetried(rows.Length, exception.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellationToken);
            }
        }
    }

    private async Task<BatchOutcome[]> StoreOnceAsync(
        (NewReading Reading, int Request)[] rows,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var batch = connection.CreateBatch();
        try
        {
            return await ReadingBatch.StoreAsync(batch, rows, cancellationToken);
        }
        catch (PostgresException)
        {
            // A statement whose first prepared run fails is of no use any more, and Npgsql does not know it:
            // https://github.com/npgsql/npgsql/issues/6391
            connection.UnprepareAll();
            throw;
        }
    }

    /// <summary>Classes 22, 23 and 54: a value, a reference or a
    /// size that is wrong, today and on every retry.</summary>
    public static bool IsAboutData(Exception exception) =>
        exception is PostgresException { SqlState: ['2', '2' or '3', ..] or ['5', '4', ..] };
}
