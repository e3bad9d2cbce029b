namespace FreshTrack.Api.Ingestion;

/// <summary>The statements that write readings, each reading once.</summary>
/// <remarks>Whoever writes readings of a unit or sensor holds its row first: a look at what is stored then sees what
/// every other writer, of this API or another one, has stored.</remarks>
internal static class ReadingSql
{
    /// <summary>Batches of webhooks never share a unit or a sensor (see <see cref="ReadingQueue"/>). All writers take
    /// rows in this order, so that none waits in a circle.</summary>
    public const string LockUnits = "select 1 from units where id = any($1) order by id for no key update";

    public const string LockSensors = "select 1 from lora_sensors where id = any($1) order by id for no key update";

    public const string LockDevices = "select 1 from devices where id = any($1) order by id for no key update";

    /// <summary>Stores what is new and says of each reading which row holds it. What a bulk request contradicts keeps
    /// all of that request out.</summary>
    public const string Store = $"""
        with {Arrived},
        {KnownSql.OfReadings},
        found as materialized (
          select {Found}, jsonb_agg(differences) filter (where counts and not is_same) as differences
          from known group by n
        ),
        refused as (
          select distinct n.request from n join found f using (n) where f.same_id is null and f.differences is not null
        ),
        inserted as (
          {InsertNew} and not exists (select from refused where refused.request = n.request)
          {Inserted}
        ),
        {SeenSql.Units},
        {SeenSql.Sensors},
        {SeenSql.Devices}
        select {Outcome}, case when f.same_id is null then f.differences end {OfAll}
        """;

    /// <summary>The same for uplinks of sensors, as most readings are: what they contradict is kept beside them, so
    /// nothing is refused and no difference told.</summary>
    public const string StoreUplinks = $"""
        with {Arrived},
        {KnownSql.OfUplinks},
        found as materialized (select {Found} from known group by n),
        inserted as (
          {InsertNew}
          {Inserted}
        ),
        {SeenSql.Units},
        {SeenSql.Sensors}
        select {Outcome}, null::jsonb {OfAll}
        """;

    private const string Arrived = """
        n as materialized (
          select
            n::integer, request, is_uplink, id, unit_id, lora_sensor_id, device_id, source,
            temperature::numeric(5,2) as temperature, humidity::numeric(5,2) as humidity, door_open,
            battery, battery_voltage::numeric(4,3) as battery_voltage, signal_strength,
            recorded_at, said_at, received_at, f_cnt, f_port, payload, decoded, supersedes,
            door_open_count, door_open_seconds
          from unnest(
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22, $23)
            with ordinality as r (
              request, is_uplink, id, unit_id, lora_sensor_id, device_id, source,
              temperature, humidity, door_open, battery, battery_voltage, signal_strength,
              recorded_at, said_at, received_at, f_cnt, f_port, payload, decoded, supersedes,
              door_open_count, door_open_seconds, n)
        )
        """;

    private const string Found = """
        n,
            (array_agg(id order by superseded_by is not null, id) filter (where is_same))[1] as same_id,
            (array_agg(beside order by superseded_by is not null, id) filter (where is_same))[1] as same_beside,
            (array_agg(coalesce(beside, id) order by beside is not null, id))[1] as beside,
            bool_or(counts and not is_same) as differs
        """;

    private const string InsertNew = """
        insert into sensor_readings (
            id, unit_id, lora_sensor_id, device_id, source, temperature, humidity, door_open, battery, battery_voltage,
            signal_strength, recorded_at, said_at, received_at, f_cnt, f_port,
            frm_payload_base64, raw_payload_hex, network_decoded_payload, supersedes, beside,
            door_open_count, door_open_seconds)
          select
            n.id, n.unit_id, n.lora_sensor_id, n.device_id, n.source, n.temperature, n.humidity, n.door_open,
            n.battery, n.battery_voltage, n.signal_strength,
            n.recorded_at, nullif(n.said_at, n.recorded_at), n.received_at, n.f_cnt, n.f_port,
            n.payload, encode(decode(n.payload, 'base64'), 'hex'), n.decoded, n.supersedes, f.beside,
            n.door_open_count, n.door_open_seconds
          from n left join found f using (n)
          where f.same_id is null
        """;

    private const string Inserted = """
        on conflict do nothing
          returning id, unit_id, lora_sensor_id, device_id, temperature, battery, battery_voltage, signal_strength,
            recorded_at, received_at
        """;

    private const string Outcome = """
        n.n, coalesce(f.same_id, i.id), i.id is not null,
          coalesce(f.differs and (f.same_id is null or f.same_beside is not null), false)
        """;

    private const string OfAll = "from n left join found f using (n) left join inserted i on i.id = n.id";
}
