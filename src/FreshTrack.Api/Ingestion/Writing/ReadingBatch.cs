using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace FreshTrack.Api.Ingestion;

/// <summary>Many readings as one round trip and one transaction:
/// the rows, then what units and sensors last reported.</summary>
internal static class ReadingBatch
{
    private const string InsertSql = """
        insert into sensor_readings (
          id, unit_id, lora_sensor_id, device_id, source, temperature, humidity, door_open, battery, battery_voltage,
          signal_strength, recorded_at, received_at, f_cnt, f_port,
          frm_payload_base64, raw_payload_hex, network_decoded_payload)
        select
          id, unit_id, lora_sensor_id, device_id, source, temperature, humidity, door_open, battery, battery_voltage,
          signal_strength, recorded_at, received_at, f_cnt, f_port,
          payload, encode(decode(payload, 'base64'), 'hex'), decoded
        from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as r (
          id, unit_id, lora_sensor_id, device_id, source, temperature, humidity, door_open, battery, battery_voltage,
          signal_strength, recorded_at, received_at, f_cnt, f_port, payload, decoded)
        on conflict do nothing
        """;

    // Batches of webhooks never share a unit or a sensor (see ReadingQueue). Bulk requests and two APIs during a
    // restart may wait in a circle: PostgreSQL then ends one, which is repeated.
    private const string UnitsSql = """
        update units u set
          last_temp_reading = coalesce(n.temperature, u.last_temp_reading), last_reading_at = n.recorded_at
        from unnest($1, $2, $3) as n (id, temperature, recorded_at)
        where u.id = n.id and (u.last_reading_at is null or u.last_reading_at < n.recorded_at)
        """;

    private const string SensorsSql = """
        update lora_sensors s set
          last_seen_at = n.recorded_at,
          battery = coalesce(n.battery, s.battery),
          battery_voltage = coalesce(n.battery_voltage, s.battery_voltage),
          signal_strength = coalesce(n.signal_strength, s.signal_strength),
          status = case when s.status in ('pending', 'joining', 'offline') then 'active' else s.status end
        from unnest($1, $2, $3, $4, $5) as n (id, recorded_at, battery, battery_voltage, signal_strength)
        where s.id = n.id and (s.last_seen_at is null or s.last_seen_at < n.recorded_at)
        """;

    private const string DevicesSql = """
        update devices d set
          last_seen_at = n.recorded_at,
          battery = coalesce(n.battery, d.battery),
          battery_voltage = coalesce(n.battery_voltage, d.battery_voltage),
          battery_last_reported_at = case when n.battery is null then d.battery_last_reported_at else n.recorded_at end,
          signal_strength = coalesce(n.signal_strength, d.signal_strength),
          status = case when d.status in ('inactive', 'pairing') then 'active' else d.status end
        from unnest($1, $2, $3, $4, $5) as n (id, recorded_at, battery, battery_voltage, signal_strength)
        where d.id = n.id and (d.last_seen_at is null or d.last_seen_at < n.recorded_at)
        """;

    /// <param name="readings">In the order of their ids.</param>
    public static NpgsqlBatch Create(NpgsqlDataSource database, NewReading[] readings)
    {
        var batch = database.CreateBatch();
        batch.BatchCommands.Add(Insert(readings));
        batch.BatchCommands.Add(Units(readings));
        batch.BatchCommands.Add(Reporters(SensorsSql, readings, r => r.Sensor));
        if (Array.Exists(readings, r => r.Device is not null))
        {
            batch.BatchCommands.Add(Reporters(DevicesSql, readings, r => r.Device));
        }

        return batch;
    }

    private static NpgsqlBatchCommand Insert(NewReading[] readings) =>
        new(InsertSql)
        {
            Parameters =
            {
                Values(readings, NpgsqlDbType.Uuid, r => r.Id),
                Values(readings, NpgsqlDbType.Uuid, r => r.Unit),
                Values(readings, NpgsqlDbType.Uuid, r => r.Sensor),
                Values(readings, NpgsqlDbType.Uuid, r => r.Device),
                Values(readings, NpgsqlDbType.Text, r => r.Source),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.Temperature),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.Humidity),
                Values(readings, NpgsqlDbType.Boolean, r => r.Measured.DoorOpen),
                Values(readings, NpgsqlDbType.Integer, r => r.Measured.Battery),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.BatteryVoltage),
                Values(readings, NpgsqlDbType.Integer, r => r.SignalStrength),
                Values(readings, NpgsqlDbType.TimestampTz, r => r.RecordedAt),
                Values(readings, NpgsqlDbType.TimestampTz, r => r.ReceivedAt),
                Values(readings, NpgsqlDbType.Bigint, r => r.FrameCounter),
                Values(readings, NpgsqlDbType.Integer, r => r.FramePort),
                Values(readings, NpgsqlDbType.Text, r => r.PayloadBase64),
                Values(readings, NpgsqlDbType.Jsonb, r => r.DecodedPayload),
            },
        };

    private static NpgsqlBatchCommand Units(NewReading[] readings)
    {
        var newest = Newest(readings, r => r.Unit);
        return new NpgsqlBatchCommand(UnitsSql)
        {
            Parameters =
            {
                Values(newest, NpgsqlDbType.Uuid, r => r.Unit),
                Values(newest, NpgsqlDbType.Numeric, r => r.Measured.Temperature),
                Values(newest, NpgsqlDbType.TimestampTz, r => r.RecordedAt),
            },
        };
    }

    private static NpgsqlBatchCommand Reporters(
        [ConstantExpected] string sql,
        NewReading[] readings,
        Func<NewReading, Guid?> reporter
    )
    {
        var newest = Newest(readings.Where(r => reporter(r) is not null), r => reporter(r)!.Value);
        return new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                Values(newest, NpgsqlDbType.Uuid, reporter),
                Values(newest, NpgsqlDbType.TimestampTz, r => r.RecordedAt),
                Values(newest, NpgsqlDbType.Integer, r => r.Measured.Battery),
                Values(newest, NpgsqlDbType.Numeric, r => r.Measured.BatteryVoltage),
                Values(newest, NpgsqlDbType.Integer, r => r.SignalStrength),
            },
        };
    }

    private static NewReading[] Newest(IEnumerable<NewReading> readings, Func<NewReading, Guid> key) =>
        [.. readings.GroupBy(key).OrderBy(group => group.Key).Select(group => group.MaxBy(r => r.RecordedAt)!)];

    private static NpgsqlParameter<T[]> Values<T>(
        NewReading[] readings,
        NpgsqlDbType type,
        Func<NewReading, T> value
    ) => new() { TypedValue = Array.ConvertAll(readings, r => value(r)), NpgsqlDbType = NpgsqlDbType.Array | type };
}
