using FreshTrack.Api.Auth;
using Npgsql;

namespace FreshTrack.Api.Sensors;

/// <summary>A sensor by its path, and who asks for it.</summary>
internal sealed record SensorPath(Guid Organization, Guid Sensor, Guid User);

/// <summary>Changes sensors; who may do so is decided in the SQL itself.</summary>
internal sealed class SensorsStore(NpgsqlDataSource database, TimeProvider clock)
{
    private const string ThisSensor = $"""
        s.id = $3 and s.organization_id = $1 and s.deleted_at is null and exists ({Membership.Sql})
        """;

    private const string MayChange = $"exists ({Membership.Sql} and m.role in {Roles.PlaceManagers})";

    private const string AccessSql = $"select {MayChange} from lora_sensors s where {ThisSensor}";

    // In the order of every writer of an event: the organization's chain, then the row.
    private const string LockSql = "select api.lock_chain($1)";

    // What is already set is not a change, and writes no event.
    private const string ChangeSql = $"""
        with before as (
          select s.id, s.temperature_field from lora_sensors s where {ThisSensor} and {MayChange} for no key update of s
        ), changed as (
          update lora_sensors s set temperature_field = $4, updated_at = $5 from before b
          where s.id = b.id and b.temperature_field is distinct from $4
          returning s.id, s.site_id, s.unit_id, s.name, b.temperature_field as old
        )
        select api.append_event(jsonb_populate_record(null::public.event_logs, jsonb_build_object(
          'organization_id', $1, 'site_id', site_id, 'unit_id', unit_id,
          'event_type', 'sensor.changed', 'category', 'sensor', 'severity', 'info', 'title', name,
          'actor_id', $2, 'actor_type', 'user', 'was_impersonated', false, 'recorded_at', $5,
          'payload', jsonb_build_object('sensor_id', id, 'field', 'temperature_field', 'from', old, 'to', $4::text))))
        from changed
        """;

    private const string OneSql = $"""
        select s.id, s.unit_id, s.dev_eui, s.name, s.sensor_type::text, s.temperature_field
        from lora_sensors s where {ThisSensor} and {MayChange}
        """;

    /// <summary>Whether the user's role may change this sensor;
    /// null when there is no such sensor, or none that they may see.</summary>
    public async Task<bool?> MayChangeAsync(SensorPath path, CancellationToken cancellationToken)
    {
        await using var command = database
            .CreateCommand(AccessSql)
            .Add(path.Organization)
            .Add(path.User)
            .Add(path.Sensor);
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <param name="temperatureField">Null for the API's own order.</param>
    /// <returns>Null when the sensor, or the right to change it, has gone meanwhile.</returns>
    public async Task<ChangedSensor?> ChangeAsync(
        SensorPath path,
        string? temperatureField,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(path.Organization));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(ChangeSql)
                .Add(path.Organization)
                .Add(path.User)
                .Add(path.Sensor)
                .Add(temperatureField)
                .Add(clock.GetUtcNow().UtcDateTime)
        );
        batch.BatchCommands.Add(new NpgsqlBatchCommand(OneSql).Add(path.Organization).Add(path.User).Add(path.Sensor));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Row(reader) : null;
    }

    private static ChangedSensor Row(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.IsDBNull(1) ? null : row.GetGuid(1),
            row.GetString(2),
            row.GetString(3),
            row.GetString(4),
            row.IsDBNull(5) ? null : row.GetString(5)
        );
}
