namespace FreshTrack.Api.Ingestion;

/// <summary>The statements of a correction: the reading and what it corrects stay, and the event log says so.</summary>
internal static class CorrectionSql
{
    /// <summary>Before any row: who appends to a chain holds it first.</summary>
    public const string LockChain = "select set_config('lock_timeout', '5s', true), api.lock_chain($1)";

    public const string Corrected =
        "select id, unit_id, recorded_at, superseded_by from sensor_readings where id = any($1)";

    /// <summary>What was judged by a reading that does not count any more is judged again.</summary>
    public const string Supersede = """
        with corrected as (
          update sensor_readings r set superseded_by = n.by_id
          from unnest($1, $2, $3) as n (id, recorded_at, by_id)
          where r.id = n.id and r.recorded_at = n.recorded_at
          returning r.unit_id, least(r.recorded_at, r.received_at) as at
        )
        insert into api.late_readings (unit_id, at, is_correction)
        select unit_id, min(at), true from corrected group by unit_id
        """;

    /// <summary>What a unit last reported without the readings that do not count any more. A reading between that and
    /// the corrected one is not known as late before a judgement has ended that goes on now; so one from there on
    /// follows.</summary>
    public const string Units = """
        with shown as (
          update units u set
            last_temp_reading = (
              select r.temperature from sensor_readings r
              where r.unit_id = u.id and r.temperature is not null and r.superseded_by is null and r.recorded_at <= $2
              order by r.recorded_at desc, r.id desc limit 1),
            last_reading_at = (
              select max(r.recorded_at) from sensor_readings r
              where r.unit_id = u.id and r.superseded_by is null and r.recorded_at <= $2)
          where u.id = any($1)
          returning id, last_reading_at
        )
        insert into api.late_readings (unit_id, at)
        select id, last_reading_at from shown where last_reading_at is not null
        """;

    /// <summary>Both readings by their whole keys: without its time each would be looked for in every month.</summary>
    public const string Log = """
        select api.append_event(jsonb_populate_record(null::event_logs, jsonb_build_object(
          'organization_id', s.organization_id,
          'site_id', s.id,
          'area_id', a.id,
          'unit_id', u.id,
          'event_type', 'reading.corrected',
          'category', 'reading',
          'severity', 'info',
          'title', 'Reading corrected',
          'actor_type', 'system',
          'was_impersonated', false,
          'recorded_at', $4::timestamptz,
          'payload', jsonb_build_object(
            'corrected', api.reading_facts(old.reading), 'correction', api.reading_facts(new.reading)))))
        from unnest($1, $2, $3, $5) with ordinality as n (id, recorded_at, by_id, by_recorded_at, n)
        cross join lateral (
          select r as reading from sensor_readings r where r.id = n.id and r.recorded_at = n.recorded_at limit 1) old
        cross join lateral (
          select r as reading from sensor_readings r
          where r.id = n.by_id and r.recorded_at = n.by_recorded_at limit 1) new
        join units u on u.id = (new.reading).unit_id
        join areas a on a.id = u.area_id
        join sites s on s.id = a.site_id
        order by n.n
        """;
}
