using System.Collections.Frozen;
using Npgsql;

namespace FreshTrack.Api.Ingestion;

/// <summary>Reads all that the directory knows in one round trip.
/// Deleted and inactive places, sensors and devices are left out.</summary>
/// <remarks>A sensor's status follows from its uplinks (one that was offline reports again), so it decides nothing
/// here; nor does a device's for its uplinks, which make it active again. Bulk requests may not name an inactive
/// one.</remarks>
internal static class DirectoryReader
{
    private const string ConnectionsSql = """
        select c.organization_id, c.webhook_secret_lookup
        from ttn_connections c join organizations o on o.id = c.organization_id
        where c.webhook_secret_lookup is not null and c.is_enabled is not false and o.deleted_at is null
        """;

    private const string UnitsSql = """
        select u.id, t.organization_id
        from units u
        join areas a on a.id = u.area_id and a.deleted_at is null and a.is_active
        join sites t on t.id = a.site_id and t.deleted_at is null and t.is_active
        where u.deleted_at is null and u.is_active
        """;

    private const string SensorsSql = """
        select
          s.organization_id, s.id, s.unit_id, s.dev_eui, s.ttn_device_id, s.temperature_field, s.sensor_type::text,
          c.battery_info ->> 'chemistry', coalesce(s.temperature_unit, c.temperature_unit)
        from lora_sensors s left join sensor_catalog c on c.id = s.sensor_catalog_id
        where s.deleted_at is null
        order by s.is_primary desc, s.created_at, s.id
        """;

    private const string DevicesSql = """
        select organization_id, id, unit_id, serial_number, status <> 'inactive'
        from devices where organization_id is not null and deleted_at is null
        order by created_at, id
        """;

    public static async Task<DirectorySnapshot> ReadAsync(
        NpgsqlDataSource database,
        TemperatureUnit storedUnit,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in (ReadOnlySpan<string>)[ConnectionsSql, UnitsSql, SensorsSql, DevicesSql])
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var organizations = await reader.ListAsync(
            row => (row.GetFieldValue<byte[]>(1), row.GetGuid(0)),
            cancellationToken
        );
        await reader.NextResultAsync(cancellationToken);
        var units = (
            await reader.ListAsync(row => KeyValuePair.Create(row.GetGuid(0), row.GetGuid(1)), cancellationToken)
        ).ToFrozenDictionary();
        await reader.NextResultAsync(cancellationToken);
        var sensors = await reader.ListAsync(Sensor, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var devices = await reader.ListAsync(HubDevice, cancellationToken);
        return Snapshot(storedUnit, organizations, units, sensors, devices);
    }

    private static DirectorySnapshot Snapshot(
        TemperatureUnit storedUnit,
        List<(byte[] Lookup, Guid Organization)> organizations,
        FrozenDictionary<Guid, Guid> units,
        List<SensorRow> sensors,
        List<DeviceRow> devices
    )
    {
        var byEui = new Dictionary<DeviceKey, Device>();
        var byId = new Dictionary<DeviceKey, Device>();
        foreach (var sensor in sensors)
        {
            var device = new Device(
                sensor.Id,
                IsSensor: true,
                Open(units, sensor.Unit, sensor.Organization),
                sensor.Facts,
                storedUnit
            );
            byEui.TryAdd(new DeviceKey(sensor.Organization, sensor.DevEui), device);
            if (sensor.DeviceId is { } deviceId)
            {
                byId.TryAdd(new DeviceKey(sensor.Organization, deviceId), device);
            }
        }

        var bySerial = new Dictionary<DeviceKey, Device>();
        foreach (var device in devices)
        {
            bySerial.TryAdd(
                new DeviceKey(device.Organization, device.Serial),
                new Device(
                    device.Id,
                    IsSensor: false,
                    Open(units, device.Unit, device.Organization),
                    SensorFacts.Unknown,
                    storedUnit
                )
            );
        }

        var reporters = sensors
            .Select(sensor => KeyValuePair.Create(sensor.Id, new Reporter(sensor.Organization, IsSensor: true)))
            .Concat(
                devices
                    .Where(device => device.IsActive)
                    .Select(device =>
                        KeyValuePair.Create(device.Id, new Reporter(device.Organization, IsSensor: false))
                    )
            );
        return new DirectorySnapshot(
            storedUnit,
            [.. organizations],
            byEui.ToFrozenDictionary(),
            byId.ToFrozenDictionary(),
            bySerial.ToFrozenDictionary(),
            units,
            reporters.ToFrozenDictionary()
        );
    }

    /// <summary>The unit, if it is the organization's own and open.</summary>
    private static Guid? Open(FrozenDictionary<Guid, Guid> units, Guid? unit, Guid organization) =>
        unit is { } id && units.TryGetValue(id, out var owner) && owner == organization ? unit : null;

    private static SensorRow Sensor(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.IsDBNull(2) ? null : row.GetGuid(2),
            DeviceEui.Normalize(row.GetString(3)),
            Text(row, 4),
            new SensorFacts
            {
                TemperatureField = Text(row, 5),
                Type = row.GetString(6),
                Chemistry = Text(row, 7),
                TemperatureUnit = Degrees.ParseUnit(Text(row, 8)) ?? TemperatureUnit.Celsius,
            }
        );

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static DeviceRow HubDevice(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.IsDBNull(2) ? null : row.GetGuid(2),
            DeviceEui.Normalize(row.GetString(3)),
            row.GetBoolean(4)
        );

    private sealed record SensorRow(
        Guid Organization,
        Guid Id,
        Guid? Unit,
        string DevEui,
        string? DeviceId,
        SensorFacts Facts
    );

    private sealed record DeviceRow(Guid Organization, Guid Id, Guid? Unit, string Serial, bool IsActive);
}
