using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Schema;

/// <summary>Keeps partitions three months ahead while the API runs: at its start, on every new day, and as soon as the
/// default partition holds readings. A failure is logged, and tried again at the next look.</summary>
internal sealed class PartitionUpkeep(
    NpgsqlDataSource database,
    ApiOptions options,
    TimeProvider clock,
    ILogger<PartitionUpkeep> logger
) : BackgroundService
{
    private DateOnly? ensuredOn;
    private long lastSeen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(options.LookAtPartitionsEvery, TimeProvider.System, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping. A partition that was being made is made by the next instance.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var rows = await MeasureAsync(connection, cancellationToken);
            var now = clock.GetUtcNow();
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            if (rows == 0 && ensuredOn == today)
            {
                return;
            }

            if (await ReadingPartitions.EnsureAsync(connection, now, cancellationToken) is > 0 and var made)
            {
                logger.PartitionsMade(made);
            }

            ensuredOn = today;
            await MeasureAsync(connection, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever happened, the API goes on and so does this.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.PartitionsNotEnsured(exception.Message);
        }
    }

    private async Task<long> MeasureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await ReadingPartitions.CountDefaultRowsAsync(connection, cancellationToken);
        OperationsMetrics.DefaultRows.Set(rows);
        if (rows > 0 && rows != lastSeen)
        {
            logger.DefaultPartitionNotEmpty(rows);
        }

        lastSeen = rows;
        return rows;
    }
}
