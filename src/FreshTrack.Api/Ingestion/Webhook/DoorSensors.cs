using System.Threading.Channels;
using FreshTrack.Api.Operations;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Corrects sensors that are registered as ones of temperatures, as everything is when nobody chooses, and
/// whose payload proves a door. The former webhook did so too.</summary>
internal sealed class DoorSensors(
    NpgsqlDataSource database,
    DirectoryChanges changes,
    Writers writers,
    TimeProvider clock,
    ILogger<DoorSensors> logger
) : BackgroundService
{
    private const int MostWaiting = 1_024;

    private const string LockSql = "select api.lock_chain($1)";

    private const string ReclassifySql = """
        with changed as (
          update lora_sensors set sensor_type = 'door', updated_at = $2 where id = $1 and sensor_type = 'temperature'
          returning *)
        select api.append_event(jsonb_populate_record(null::public.event_logs, jsonb_build_object(
          'organization_id', organization_id, 'site_id', site_id, 'unit_id', unit_id,
          'event_type', 'sensor.reclassified', 'category', 'sensor', 'severity', 'info', 'title', name,
          'actor_type', 'system', 'was_impersonated', false, 'recorded_at', $2,
          'payload', jsonb_build_object('sensor_id', id, 'from', 'temperature', 'to', 'door'))))
        from changed
        """;

    // What finds no place is proven by the sensor's next uplink.
    private readonly Channel<(Guid Organization, Guid Sensor)> proven = Channel.CreateBounded<(Guid, Guid)>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    /// <summary>Waits for nothing: the uplink that proves a door is answered meanwhile.</summary>
    public void Note(Guid organization, Guid sensor) => proven.Writer.TryWrite((organization, sensor));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await ReclassifyAllAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping. What waits is proven again by the next uplink.
        }
    }

    private async Task ReclassifyAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var (organization, sensor) in proven.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await writers.TryAsync(token => ReclassifyAndTellAsync(organization, sensor, token), stoppingToken);
            }
#pragma warning disable CA1031 // The next uplink of the sensor tries again.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                logger.SensorNotReclassified(sensor, exception.Message);
            }
        }
    }

    private async Task ReclassifyAndTellAsync(Guid organization, Guid sensor, CancellationToken cancellationToken)
    {
        if (await ReclassifyAsync(organization, sensor, cancellationToken))
        {
            logger.SensorReclassified(sensor);
            await changes.AnnounceAsync(cancellationToken);
        }
    }

    /// <returns>False when it was a sensor of doors already.</returns>
    private async Task<bool> ReclassifyAsync(Guid organization, Guid sensor, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(organization));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReclassifySql).Add(sensor).Add(clock.GetUtcNow().UtcDateTime));
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken);
    }
}
