namespace FreshTrack.Api.Health;

/// <summary>Asks every dependency every 5 s, so that <c>freshtrack_dependency_up</c> is true also while nobody asks for
/// <c>/health</c>.</summary>
internal sealed class DependencyWatch(HealthCheck check) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            do
            {
                await check.ReportAsync(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}
