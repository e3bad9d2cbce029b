using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Corrects sensors that are registered as ones of temperatures, as everything is when nobody chooses, and
/// whose payload proves a door. The former webhook did so too.</summary>
internal sealed class DoorSensors(
    NpgsqlDataSource database,
    DirectoryChanges changes,
    TimeProvider clock,
    ILogger<DoorSensors> logger
)
{
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

    /// <summary>The reading is stored already: what fails here is done at the next uplink.</summary>
    public async Task ReclassifyAsync(Guid organization, Device sensor, CancellationToken cancellationToken)
    {
        try
        {
            await using var batch = database.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(organization));
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(ReclassifySql).Add(sensor.Id).Add(clock.GetUtcNow().UtcDateTime)
            );
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            logger.SensorNotReclassified(sensor.Id, exception.Message);
            return;
        }

        logger.SensorReclassified(sensor.Id);
        await changes.AnnounceAsync(cancellationToken);
    }
}
