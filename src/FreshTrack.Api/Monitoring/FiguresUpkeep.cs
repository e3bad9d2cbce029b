namespace FreshTrack.Api.Monitoring;

/// <summary>Reads the figures of <see cref="StoredMetrics"/> again and again while the API runs. A failure is logged;
/// the figures then keep their age.</summary>
internal sealed class FiguresUpkeep(
    Npgsql.NpgsqlDataSource database,
    ApiOptions options,
    TimeProvider clock,
    ILogger<FiguresUpkeep> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await Task.Delay(options.ReadFiguresEvery, TimeProvider.System, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            StoredMetrics.Set(await StoredFigures.ReadAsync(database, now.UtcDateTime, cancellationToken), now);
        }
#pragma warning disable CA1031 // Whatever happened, the API goes on and so does this.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            logger.FiguresNotRead(exception.Message);
        }
    }
}
