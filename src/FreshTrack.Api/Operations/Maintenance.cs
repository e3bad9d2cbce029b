using Npgsql;

namespace FreshTrack.Api.Operations;

/// <summary>Whether FreshTrack is in maintenance: by this instance's setting, or switched for all instances with the
/// command <c>maintenance on</c>.</summary>
/// <remarks>A switch is seen within a second. While the database is away the last known answer holds.</remarks>
internal sealed class Maintenance(NpgsqlDataSource database, ApiOptions options) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile bool isSwitchedOn;

    public bool IsOn => options.Maintenance || isSwitchedOn;

    // An instance that starts during maintenance knows of it before its first request.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: requests that are still served keep the last answer.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Interval);
        try
        {
            isSwitchedOn = await MaintenanceTable.ReadAsync(database, limited.Token);
        }
        catch (Exception exception)
            when (exception is NpgsqlException or TimeoutException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // The database is away: /health says so, and requests find out themselves.
        }
    }
}
