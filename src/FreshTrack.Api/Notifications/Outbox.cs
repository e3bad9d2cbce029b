using Npgsql;

namespace FreshTrack.Api.Notifications;

/// <summary>Deliveries on their way: claimed by one sender alone,
/// and recorded with the event and the alert that they belong to.</summary>
internal sealed class Outbox(NpgsqlDataSource database, ApiOptions options, TimeProvider clock)
{
    /// <summary>Longer than any attempt lasts. What is «sending» for
    /// longer was left behind by a program that ended.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Sent at once, so that a program that stops or is killed has few on its hands.</summary>
    private const int MaximumClaim = 4;

    private const string ClaimSql = """
        with due as (
          select id from api.outbox
          where state = 'pending' and due_at <= $1 and channel::text = any($2)
          order by due_at, id limit $3 for update skip locked
        ), claimed as (
          update api.outbox o set state = 'sending', attempts = o.attempts + 1, claimed_at = $1
          from due where o.id = due.id
          returning o.*
        )
        select
          c.id, a.organization_id, c.channel::text,
          case c.channel
            when 'email' then coalesce(nullif(btrim(k.email), ''), nullif(btrim(p.email), ''))
            else coalesce(nullif(btrim(k.phone), ''), nullif(btrim(p.phone), '')) end,
          c.attempts, a.status in ('active', 'escalated') or c.reason = 'raised late',
          c.reason, a.severity::text, a.title, a.message,
          u.name, s.name, a.triggered_at
        from claimed c
        join alerts a on a.id = c.alert_id
        join units u on u.id = a.unit_id
        join areas r on r.id = u.area_id
        join sites s on s.id = r.site_id
        left join escalation_contacts k on k.id = c.contact_id
        left join profiles p on p.user_id = c.user_id
        """;

    private const string AbandonedSql = """
        select o.id, a.organization_id, o.attempts from api.outbox o join alerts a on a.id = o.alert_id
        where o.state = 'sending' and o.claimed_at <= $1 order by o.id limit $2
        """;

    private const string LockSql = "select api.lock_chain($1)";

    // Only what is still «sending»: a record that is repeated, or that comes after the lease, changes nothing. An alert
    // whose step of escalation reaches nobody goes on to the next at once, after the last one to the members.
    private const string RecordSql = """
        with ended as (
          update api.outbox set state = $2, error = $3, due_at = coalesce($4, due_at)
          where id = $1 and state = 'sending' and attempts = $6
          returning *
        ), delivery as (
          update notification_deliveries d set
            status = case e.state
              when 'sending' then d.status
              when 'pending' then 'pending'
              else e.state::notification_status end,
            sent_at = case when e.state = 'sent' then $5 end, error_message = e.error, retry_count = e.attempts - 1
          from ended e where d.id = e.id
        ), told as (
          update alerts a set last_notified_at = $5, last_notified_reason = e.reason
          from ended e where a.id = e.alert_id and e.state = 'sent'
        ), handed_on as (
          update alerts a set next_escalation_at = $5 from ended e
          where a.id = e.alert_id and e.state = 'failed' and a.next_escalation_at > $5 and not exists (
            select from api.outbox o
            where o.alert_id = e.alert_id and o.reason = e.reason and o.id <> e.id and o.state <> 'failed')
        )
        select
          api.log_alert(a, 'notification.' || e.state, null, $5, jsonb_strip_nulls(jsonb_build_object(
            'delivery_id', e.id, 'channel', e.channel, 'reason', e.reason, 'attempts', e.attempts, 'error', e.error))),
          case
            when e.state = 'failed' and a.next_escalation_at is null
              and (a.status in ('active', 'escalated') or e.reason = 'raised late')
              and not exists (
                select from api.outbox o
                where o.alert_id = e.alert_id and o.reason = e.reason and o.id <> e.id and o.state <> 'failed')
              then api.plan_step(a, null, e.reason, $7, $5) end
        from ended e join alerts a on a.id = e.alert_id where e.state in ('sent', 'failed')
        """;

    /// <summary>Takes what is due over these channels; nobody else gets it, and no crash brings it back.</summary>
    public async Task<IReadOnlyList<Delivery>> ClaimAsync(string[] channels, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ClaimSql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = channels });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaximumClaim });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var claimed = new List<Delivery>();
        while (await rows.ReadAsync(cancellationToken))
        {
            claimed.Add(Read(rows));
        }

        return claimed;
    }

    public async Task RecordAsync(Delivery delivery, SendOutcome outcome, CancellationToken cancellationToken)
    {
        var again = outcome.Result == SendResult.Deferred ? Now + Retries.After(delivery.Attempt) : null;
        var state =
            outcome.Result == SendResult.Sent ? "sent"
            : again is null ? "failed"
            : "pending";
        await RecordAsync(
            delivery.Id,
            delivery.Organization,
            delivery.Attempt,
            state,
            outcome.Error,
            again,
            cancellationToken
        );
    }

    /// <summary>Gives up what a program that ended was sending:
    /// it may have gone out, and nobody is told twice.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> GiveUpAbandonedAsync(CancellationToken cancellationToken)
    {
        var abandoned = new List<(Guid Id, Guid Organization, int Attempts)>();
        await using (var command = database.CreateCommand(AbandonedSql))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Now - Lease });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaximumClaim });
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                abandoned.Add((rows.GetGuid(0), rows.GetGuid(1), rows.GetInt32(2)));
            }
        }

        foreach (var (id, organization, attempts) in abandoned)
        {
            await RecordAsync(
                id,
                organization,
                attempts,
                "failed",
                "The program ended while it was sending; the message may have been sent.",
                again: null,
                cancellationToken
            );
        }

        return abandoned.Count;
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private async Task RecordAsync(
        Guid id,
        Guid organization,
        int attempt,
        string state,
        string? error,
        DateTime? again,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(LockSql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = organization } } }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(RecordSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = id },
                    new NpgsqlParameter<string> { TypedValue = state },
                    new NpgsqlParameter<string?> { TypedValue = error },
                    new NpgsqlParameter<DateTime?> { TypedValue = again },
                    new NpgsqlParameter<DateTime> { TypedValue = Now },
                    new NpgsqlParameter<int> { TypedValue = attempt },
                    new NpgsqlParameter<string[]> { TypedValue = options.Channels },
                },
            }
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Delivery Read(NpgsqlDataReader row) =>
        new(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetInt32(4),
            row.GetBoolean(5),
            new AlertNews(
                row.GetString(6),
                row.GetString(7),
                row.GetString(8),
                row.IsDBNull(9) ? null : row.GetString(9),
                row.GetString(10),
                row.GetString(11),
                row.GetDateTime(12)
            )
        );
}
