using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Notifications;

/// <summary>Deliveries on their way: claimed by one sender alone,
/// and recorded with the event and the alert that they belong to.</summary>
internal sealed class Outbox(NpgsqlDataSource database, NotificationHold hold, ApiOptions options, TimeProvider clock)
{
    /// <summary>Longer than any attempt lasts. What is «sending» for
    /// longer was left behind by a program that ended.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Sent at once, so that a program that stops or is killed has few on its hands.</summary>
    private const int MaximumClaim = 4;

    private const string ClaimSql = """
        with due as (
          select o.id from api.outbox o
          where o.state = 'pending' and o.due_at <= $1 and o.channel::text = any($2)
            and not api.is_held(o.organization_id)
          order by o.due_at, o.id limit $3 for update of o skip locked
        ), claimed as (
          update api.outbox o set state = 'sending', attempts = o.attempts + 1, claimed_at = $1
          from due where o.id = due.id
          returning o.*
        )
        select
          c.id, c.organization_id, c.channel::text,
          case c.channel
            when 'email' then coalesce(nullif(btrim(k.email), ''), nullif(btrim(p.email), ''))
            else coalesce(nullif(btrim(k.phone), ''), nullif(btrim(p.phone), '')) end,
          c.attempts, a.status in ('active', 'escalated') or c.reason = 'raised late',
          c.reason, a.severity::text, a.title, a.message,
          u.name, s.name, a.triggered_at
        from claimed c
        left join alerts a on a.id = c.alert_id
        left join units u on u.id = a.unit_id
        left join areas r on r.id = u.area_id
        left join sites s on s.id = r.site_id
        left join escalation_contacts k on k.id = c.contact_id
        left join profiles p on p.user_id = c.user_id
        """;

    private const string AbandonedSql = """
        select o.id, o.organization_id, o.attempts, o.alert_id is null, o.channel::text from api.outbox o
        where o.state = 'sending' and o.claimed_at <= $1 order by o.id limit $2
        """;

    private const string LockSql = "select api.lock_chain($1)";

    // Only what is still «sending»: a record that is repeated, or that comes after the lease, changes nothing.
    internal const string EndedCte = """
        ended as (
          update api.outbox set state = $2, error = $3, due_at = coalesce($4, due_at)
          where id = $1 and state = 'sending' and attempts = $6
          returning *
        )
        """;

    // An alert whose step of escalation reaches nobody goes on to the next at once, after the last one to the members.
    internal const string RecordSql = $"""
        with {EndedCte}, delivery as (
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

    /// <summary>Takes what is due over these channels and not held; nobody else gets it, and no crash brings it
    /// back.</summary>
    public async Task<IReadOnlyList<Delivery>> ClaimAsync(string[] channels, CancellationToken cancellationToken)
    {
        await hold.BeginAsync(cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var claimed = new List<Delivery>();
        await using (var command = new NpgsqlCommand(ClaimSql, connection, transaction))
        {
            await using var rows = await command
                .Add(Now)
                .Add(channels)
                .Add(MaximumClaim)
                .ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                claimed.Add(Read(rows));
            }
        }

        // Once it is claimed, nobody puts anything more into a digest: what is read now is all that there will be.
        foreach (var (index, delivery) in claimed.Index().Where(item => item.Item.News is DigestNews).ToArray())
        {
            var digest = await ReadDigestAsync(connection, delivery.Id, cancellationToken);
            claimed[index] = delivery with { News = digest, IsWanted = digest.Alerts.Count > 0 };
        }

        await transaction.CommitAsync(cancellationToken);
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
            new Claim(delivery.Id, delivery.Organization, delivery.Attempt, delivery.News is DigestNews),
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
        var abandoned = new List<(Claim Claim, string Channel)>();
        await using (var command = database.CreateCommand(AbandonedSql).Add(Now - Lease).Add(MaximumClaim))
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                var claim = new Claim(rows.GetGuid(0), rows.GetGuid(1), rows.GetInt32(2), rows.GetBoolean(3));
                abandoned.Add((claim, rows.GetString(4)));
            }
        }

        foreach (var (claim, channel) in abandoned)
        {
            NotificationMetrics.Attempts.WithLabels(channel, NotificationMetrics.Abandoned).Inc();
            await RecordAsync(
                claim,
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
        Claim claim,
        string state,
        string? error,
        DateTime? again,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSql).Add(claim.Organization));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(claim.IsDigest ? DigestSql.Record : RecordSql)
                .Add(claim.Id)
                .Add(state)
                .Add(error)
                .Add(again)
                .Add(Now)
                .Add(claim.Attempt)
                .Add(options.Channels)
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<DigestNews> ReadDigestAsync(
        NpgsqlConnection connection,
        Guid digest,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(DigestSql.Read, connection).Add(digest);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var news = DigestNews.Nothing;
        var alerts = new List<AlertNews>();
        while (await rows.ReadAsync(cancellationToken))
        {
            alerts.Add(ReadAlert(rows, 0));
            news = ReadDigest(rows, alerts);
        }

        return news;
    }

    private static Delivery Read(NpgsqlDataReader row)
    {
        // A digest is about no alert of its own.
        var isDigest = row.IsDBNull(5);
        return new Delivery(
            row.GetGuid(0),
            row.GetGuid(1),
            row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetInt32(4),
            !isDigest && row.GetBoolean(5),
            isDigest ? DigestNews.Nothing : ReadAlert(row, 6)
        );
    }

    private static DigestNews ReadDigest(NpgsqlDataReader row, List<AlertNews> alerts) =>
        new(row.GetString(7), row.IsDBNull(8) ? null : row.GetDateTime(8), alerts);

    private static AlertNews ReadAlert(NpgsqlDataReader row, int first) =>
        new(
            row.GetString(first),
            row.GetString(first + 1),
            row.GetString(first + 2),
            row.IsDBNull(first + 3) ? null : row.GetString(first + 3),
            row.GetString(first + 4),
            row.GetString(first + 5),
            row.GetDateTime(first + 6)
        );

    /// <summary>What was claimed, as far as recording needs it.</summary>
    private sealed record Claim(Guid Id, Guid Organization, int Attempt, bool IsDigest);
}
