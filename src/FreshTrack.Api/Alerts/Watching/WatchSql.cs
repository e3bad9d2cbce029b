namespace FreshTrack.Api.Alerts;

/// <summary>The statements that write judgements, in the order in which <see cref="WatchWriter"/> runs them.</summary>
internal static class WatchSql
{
    public const string Lock = "select api.lock_chain(id) from (select distinct unnest($1) as id order by 1) o";

    // A kind of alert stands for the former system's kinds that say the same. What turns out to have been over before
    // it was raised ends when it was raised: its readings were only late.
    public const string Resolved = """
        with ended as (
          update alerts a set
            status = 'resolved', resolved_at = greatest(n.resolved_at, a.triggered_at),
            resolution_type = case when n.resolved_at < a.triggered_at then 'delayed' else 'auto' end,
            next_escalation_at = null
          from jsonb_to_recordset($1) as n (unit_id uuid, alert_type text, resolved_at timestamptz)
          where a.unit_id = n.unit_id and a.status <> 'resolved'
            and a.alert_type::text = any(case n.alert_type
              when 'temp_excursion' then '{temp_excursion,alarm_active,suspected_cooling_failure}'
              else array[n.alert_type] end)
          returning a as alert)
        select api.log_alert(alert, 'alert.resolved', null, $2)
        from (select alert from ended order by (alert).organization_id, (alert).id) e
        """;

    // What was no excursion is over; one that lasts after all is open again, and told again.
    public const string Corrected = """
        with right_now as (
          update alerts a set
            title = coalesce(n.title, a.title), message = coalesce(n.message, a.message),
            temp_reading = coalesce(n.temp_reading, a.temp_reading), temp_limit = coalesce(n.temp_limit, a.temp_limit),
            triggered_at = coalesce(n.triggered_at, a.triggered_at),
            first_active_at = coalesce(n.first_active_at, a.first_active_at),
            sensor_dev_eui = case when n.triggered_at is null then a.sensor_dev_eui else n.sensor_dev_eui end,
            status = case
              when n.triggered_at is null then 'resolved'
              when a.status = 'resolved' and a.resolution_type is distinct from 'manual' and n.resolved_at is null
                then 'active'
              else a.status end,
            resolved_at = case
              when n.triggered_at is null then coalesce(a.resolved_at, greatest($2, a.triggered_at))
              when a.status = 'resolved' and a.resolution_type is distinct from 'manual' then n.resolved_at
              else a.resolved_at end,
            resolution_type = case when n.triggered_at is null then 'corrected' else a.resolution_type end,
            next_escalation_at = case when n.triggered_at is null then null else a.next_escalation_at end,
            metadata = coalesce(a.metadata, '{}') || jsonb_build_object(
              case when n.triggered_at is null then 'retracted' else 'corrected' end, true)
          from jsonb_to_recordset($1) as n (
            id uuid, title text, message text, temp_reading numeric, temp_limit numeric,
            triggered_at timestamptz, first_active_at timestamptz, resolved_at timestamptz, sensor_dev_eui text)
          where a.id = n.id
          returning a as alert)
        select
          api.log_alert(alert, 'alert.corrected', null, $2, jsonb_strip_nulls(jsonb_build_object(
            'retracted', (alert).metadata -> 'retracted',
            'since', to_char((alert).first_active_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))),
          case
            when (alert).status = 'active' and (alert).resolution_type is not null
              then api.tell(alert, 'reopened', $3, $2)
            else true end as is_told
        from (select alert from right_now order by (alert).organization_id, (alert).id) e
        """;

    public const string Worsened = """
        with worse as (
          update alerts a set severity = 'critical' from jsonb_to_recordset($1) as n (unit_id uuid, alert_type text)
          where a.unit_id = n.unit_id and a.alert_type::text = n.alert_type
            and a.status <> 'resolved' and a.severity <> 'critical'
          returning a as alert)
        select api.log_alert(alert, 'alert.worsened', null, $2), api.tell(alert, 'worsened', $3, $2) as is_told
        from (select alert from worse order by (alert).organization_id, (alert).id) e
        """;

    // Of what is over already people learn only when its readings were late: they could not have seen it.
    public const string Raised = """
        with new as (
          insert into alerts as a (
            id, unit_id, organization_id, site_id, area_id, alert_type, severity,
            status, title, message, temp_reading, temp_limit, triggered_at, first_active_at, created_at,
            resolved_at, resolution_type, sensor_dev_eui, metadata)
          select
            id, unit_id, organization_id, site_id, area_id, alert_type, severity,
            case when resolved_at is null then 'active' else 'resolved' end::alert_status,
            title, message, temp_reading, temp_limit, triggered_at, first_active_at, $2,
            case when resolved_at is not null then greatest(resolved_at, triggered_at) end,
            case when resolved_at is not null then 'auto' end, sensor_dev_eui,
            jsonb_strip_nulls(jsonb_build_object('raised_by', 'freshtrack-api', 'late', is_late))
          from jsonb_to_recordset($1) as n (
            id uuid, unit_id uuid, organization_id uuid, site_id uuid, area_id uuid, alert_type alert_type,
            severity alert_severity, title text, message text, temp_reading numeric, temp_limit numeric,
            triggered_at timestamptz, first_active_at timestamptz, resolved_at timestamptz, sensor_dev_eui text,
            is_late boolean)
          order by resolved_at, id
          on conflict (unit_id, alert_type) where status <> 'resolved' and metadata ->> 'raised_by' = 'freshtrack-api'
            do nothing
          returning a as alert)
        select
          api.log_alert(alert, 'alert.raised', null, $2),
          case
            when (alert).status = 'resolved' then api.log_alert(alert, 'alert.resolved', null, $2)::text end,
          case
            when (alert).status <> 'resolved' then api.tell(alert, 'raised', $3, $2)
            when (alert).metadata ? 'late' then api.tell(alert, 'raised late', $3, $2)
            else true end as is_told
        from (select alert from new order by (alert).organization_id, (alert).triggered_at, (alert).id) e
        """;

    public const string Door = """
        insert into door_events (unit_id, state, occurred_at, source, metadata)
        select n.unit_id, n.state, n.occurred_at, 'sensor', told.metadata
        from jsonb_to_recordset($1) as n (unit_id uuid, state text, occurred_at timestamptz, is_first boolean)
        join units u on u.id = n.unit_id
        left join lateral (
          select jsonb_strip_nulls(jsonb_build_object(
            'sensor_id', r.lora_sensor_id, 'sensor_name', s.name,
            'is_initial', coalesce(u.door_state, 'unknown') = 'unknown',
            'open_count', r.door_open_count, 'open_duration_s', r.door_open_seconds)) as metadata
          from sensor_readings r left join lora_sensors s on s.id = r.lora_sensor_id
          where r.unit_id = n.unit_id and r.recorded_at = n.occurred_at and r.door_open = (n.state = 'open')
          limit 1) told on true
        where not n.is_first or coalesce(u.door_state, 'unknown') = 'unknown'
        """;

    public const string State = """
        update api.unit_watch w set
          seen_through = n.seen_through, watched_since = n.watched_since, looked_at_reading = n.looked_at_reading,
          rewound_from = n.rewound_from, rewound_until = n.rewound_until, silent_since = n.silent_since,
          excursion_since = n.excursion_since, excursion_at = n.excursion_at,
          excursion_temperature = n.excursion_temperature, excursion_limit = n.excursion_limit,
          excursion_sensor = n.excursion_sensor, due_at = n.due_at
        from jsonb_populate_recordset(null::api.unit_watch, $1) n
        where w.unit_id = n.unit_id
        """;

    public const string Gone = """
        delete from api.reporter_watch r
        using jsonb_to_recordset($1) as n (unit_id uuid, reporter_id uuid)
        where r.unit_id = n.unit_id and r.reporter_id = n.reporter_id
        """;

    public const string Reporters = """
        insert into api.reporter_watch
        select * from jsonb_populate_recordset(null::api.reporter_watch, $1) n
        on conflict (unit_id, reporter_id) do update set
          temperature_at = excluded.temperature_at, outside_since = excluded.outside_since,
          is_confirmed = excluded.is_confirmed, door_at = excluded.door_at,
          door_open_since = excluded.door_open_since, battery_at = excluded.battery_at
        """;

    // Ingestion updates the same rows: last of all, in the order of their ids, and only those that change.
    public const string Units = """
        with n as (
          select * from jsonb_to_recordset($1) as n (
            unit_id uuid, status unit_status, door_state text, door_last_changed_at timestamptz)
        ), changed as (
          select u.id from units u join n on n.unit_id = u.id
          where u.status <> n.status or coalesce(u.door_state, '') <> n.door_state order by u.id for no key update of u
        )
        update units u set
          last_status_change = case when u.status <> n.status then $2 else u.last_status_change end,
          status = coalesce(n.status, u.status),
          door_state = coalesce(n.door_state, u.door_state),
          door_last_changed_at = coalesce(n.door_last_changed_at, u.door_last_changed_at)
        from n join changed on changed.id = n.unit_id where u.id = n.unit_id
        """;
}
