namespace FreshTrack.Api.Notifications;

/// <summary>The statements about digests; those about single alerts are <see cref="Outbox"/>'s own.</summary>
internal static class DigestSql
{
    /// <summary>Of a digest that was claimed: what in it still waits for somebody.</summary>
    public const string Read = """
        select
          case when d.is_over then 'raised late' else 'raised' end, a.severity::text, a.title, a.message,
          u.name, s.name, a.triggered_at, o.name, h.cutover_at
        from api.digest_alerts d
        join alerts a on a.id = d.alert_id
        join organizations o on o.id = a.organization_id
        join units u on u.id = a.unit_id
        join areas r on r.id = u.area_id
        join sites s on s.id = r.site_id
        left join api.notification_hold h on true
        where d.digest_id = $1 and (d.is_over or a.status in ('active', 'escalated'))
        order by a.severity desc, a.triggered_at, a.id
        """;

    /// <summary>What <see cref="Outbox.RecordSql"/> is for a message about one alert. An alert none of whose digests
    /// arrived goes to the members.</summary>
    public const string Record = $"""
        with {Outbox.EndedCte}, listed as (
          select d.alert_id, d.delivery_id, d.digest_id, d.is_over, e.state, e.error, e.attempts
          from ended e join api.digest_alerts d on d.digest_id = e.id
        ), delivery as (
          update notification_deliveries d set
            status = l.state::notification_status, sent_at = case when l.state = 'sent' then $5 end,
            error_message = l.error, retry_count = l.attempts - 1
          from listed l where d.id = l.delivery_id
        ), told as (
          update alerts a set last_notified_at = $5, last_notified_reason = 'digest'
          from listed l where a.id = l.alert_id and l.state = 'sent'
        )
        select
          api.append_event(jsonb_populate_record(null::public.event_logs, jsonb_build_object(
            'organization_id', e.organization_id, 'event_type', 'notification.' || e.state,
            'category', 'alert', 'severity', 'info', 'title', 'Alerts from before the move',
            'actor_type', 'system', 'was_impersonated', false, 'recorded_at', $5,
            'payload', jsonb_strip_nulls(jsonb_build_object(
              'delivery_id', e.id, 'channel', e.channel, 'reason', e.reason, 'attempts', e.attempts, 'error', e.error,
              'alerts', (select count(*) from listed)))))),
          (
            select count(api.plan_step(a, null, e.reason, $7, $5))
            from listed l join alerts a on a.id = l.alert_id
            where e.state = 'failed' and (l.is_over or a.status in ('active', 'escalated'))
              and not exists (
                select from api.digest_alerts d join api.outbox o on o.id = d.digest_id
                where d.alert_id = l.alert_id and d.digest_id <> e.id and o.state <> 'failed'))
        from ended e where e.state in ('sent', 'failed')
        """;
}
