using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Operations;

/// <summary>What is switched for all instances by a command: maintenance, which this instance's setting may switch on
/// too, and the holding of notifications.</summary>
/// <remarks>A switch is seen within a second. While the database is away the last known answer holds. Whether a
/// notification is held is decided by the database itself; here that is only shown.</remarks>
internal sealed class Switches(NpgsqlDataSource database, ApiOptions options) : BackgroundService
{
    private const string ReadSql = """
        select m.is_on, m.canary_id, coalesce(h.is_on, false), m.refuses_sensors
        from api.maintenance m left join api.notification_hold h on true
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The first look opens connections and compiles what it needs.
    private static readonly TimeSpan PatienceAtStart = TimeSpan.FromSeconds(10);

    private volatile State known = new(false, Canary: null, false, false);

    public bool IsMaintenance => options.Maintenance || known.IsMaintenance;

    /// <summary>The organization that maintenance is open for; null for none.</summary>
    public Guid? Canary => known.Canary;

    /// <summary>Maintenance puts sensors off too, whatever this instance's setting says.</summary>
    public bool AreSensorsRefused => known is { IsMaintenance: true, AreSensorsRefused: true };

    public bool AreNotificationsHeld => known.AreNotificationsHeld;

    // An instance that starts during maintenance knows of it before its first request.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(PatienceAtStart, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: requests that are still served keep the last answer.
        }
    }

    private async Task LookAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        try
        {
            known = await ReadAsync(limited.Token);
            OperationsMetrics.Held.Set(known.AreNotificationsHeld ? 1 : 0);
            OperationsMetrics.Maintenance.Set(IsMaintenance ? 1 : 0);
        }
        catch (Exception exception)
            when (exception is NpgsqlException or TimeoutException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // The database is away: /health says so, and requests find out themselves.
        }
    }

    private async Task<State> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSql);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? State.Read(row) : known;
    }

    private sealed record State(bool IsMaintenance, Guid? Canary, bool AreNotificationsHeld, bool AreSensorsRefused)
    {
        public static State Read(NpgsqlDataReader row) =>
            new(row.GetBoolean(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetBoolean(2), row.GetBoolean(3));
    }
}
