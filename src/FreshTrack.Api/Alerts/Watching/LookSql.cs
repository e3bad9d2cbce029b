namespace FreshTrack.Api.Alerts;

/// <summary>The statements that find units to judge and read what is to be judged of them.</summary>
internal static class LookSql
{
    /// <summary>Units whose time has come, and units with readings that nobody has judged: those of a batch after whose
    /// commit this program ended.</summary>
    public const string Due = """
        select u.id
        from api.watched_units u
        left join api.unit_watch w on w.unit_id = u.id
        where w.due_at <= $1
          or (u.last_reading_at is not null and w.looked_at_reading is distinct from u.last_reading_at)
        union
        select l.unit_id from api.late_readings l join api.watched_units u on u.id = l.unit_id
        union
        select r.unit_id from api.reporter_watch r join api.watched_units u on u.id = r.unit_id
        where (r.is_confirmed or r.door_open_since is not null) and api.is_gone(r.unit_id, r.reporter_id)
        """;

    // Gives way: whoever waits for what a judgement holds is more important, and the judgement is repeated.
    public const string Patience = "set local lock_timeout = '500ms'";

    // What somebody else holds they are judging or changing: it is looked at again.
    public const string State = """
        select unit_id, seen_through, watched_since, rewound_from, rewound_until, silent_since,
          excursion_since, excursion_at, excursion_temperature, excursion_limit, excursion_sensor
        from api.unit_watch where unit_id = any($1) order by unit_id
        for update skip locked
        """;

    public const string Reporters = """
        select unit_id, reporter_id, temperature_at, outside_since, is_confirmed, door_at, door_open_since, battery_at,
          api.is_gone(unit_id, reporter_id)
        from api.reporter_watch where unit_id = any($1)
        """;

    public const string Units = """
        select
          id, name, area_id, site_id, organization_id, units_preference = 'imperial',
          temp_max, temp_min, temp_hysteresis, last_reading_at, silence_after,
          door_warning_after, door_critical_after, confirm_door_closed, confirm_door_open
        from api.watched_units where id = any($1)
        """;

    // What the former system called an alarm or a suspected failure of the cooling is an excursion too. What is over
    // counts only where time is judged again.
    public const string Alerts = """
        select
          a.unit_id,
          case
            when a.alert_type in ('alarm_active', 'suspected_cooling_failure') then 'temp_excursion'
            else a.alert_type::text end,
          a.severity = 'critical', a.sensor_dev_eui, a.id, coalesce(a.first_active_at, a.triggered_at), a.triggered_at,
          a.created_at, case when a.status = 'resolved' then a.resolved_at end,
          coalesce(a.metadata ->> 'raised_by' = 'freshtrack-api', false),
          a.status = 'resolved' and coalesce(a.resolution_type = 'manual', false), a.temp_limit, a.temp_reading
        from unnest($1, $2) as n (unit_id, since)
        join alerts a on a.unit_id = n.unit_id
        where a.alert_type in (
            'temp_excursion', 'alarm_active', 'suspected_cooling_failure',
            'low_battery', 'door_open', 'monitoring_interrupted')
          and (a.status <> 'resolved' or (
            a.resolved_at >= n.since and a.alert_type in ('temp_excursion', 'alarm_active', 'suspected_cooling_failure')
            and (a.metadata ->> 'raised_by' = 'freshtrack-api' or a.resolution_type = 'manual')
            and a.resolution_type is distinct from 'corrected'))
        """;

    public const string Rewound =
        "select unit_id, rewound_from from api.unit_watch where unit_id = any($1) and rewound_from is not null";

    // With the judgement that sees them they are gone.
    public const string Late = """
        with taken as (delete from api.late_readings where unit_id = any($1) returning unit_id, at, is_correction)
        select t.unit_id, min(t.at), min(t.at) filter (where t.is_correction) from taken t group by t.unit_id
        """;

    // A reading's time is never after its arrival. A day back at the first look.
    public const string Readings = """
        select n.unit_id, r.at, r.received_at, r.temperature, r.door_open, r.battery, r.battery_voltage,
          coalesce(r.lora_sensor_id, r.device_id, '00000000-0000-0000-0000-000000000000'), s.dev_eui,
          case
            when r.lora_sensor_id is not null then s.unit_id is distinct from n.unit_id or s.deleted_at is not null
            when r.device_id is not null then d.id is null or d.deleted_at is not null
            else false end
        from unnest($1, $2) as n (unit_id, since)
        left join api.unit_watch w on w.unit_id = n.unit_id
        join units u on u.id = n.unit_id
        cross join lateral (
          select coalesce(n.since, w.seen_through, least(u.last_reading_at, $3) - interval '1 day')
        ) f (since)
        cross join lateral (
          select
            r.id, r.recorded_at, r.received_at, r.temperature, r.door_open, r.battery, r.battery_voltage,
            r.lora_sensor_id, r.device_id, least(r.recorded_at, r.received_at) as at
          from sensor_readings r
          where r.unit_id = n.unit_id and r.superseded_by is null
            and r.recorded_at > f.since and least(r.recorded_at, r.received_at) > f.since
          order by least(r.recorded_at, r.received_at), r.recorded_at, r.id limit $4
        ) r
        left join lora_sensors s on s.id = r.lora_sensor_id
        left join devices d on d.id = r.device_id
        order by n.unit_id, r.at, r.recorded_at, r.id
        """;
}
