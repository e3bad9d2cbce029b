using FreshTrack.Api.Monitoring;
using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Hands alerts that nobody has acknowledged in time to the organization's next contacts.</summary>
internal static class Escalations
{
    /// <summary>What has been due for longer was so while nobody listened, or before the alert was moved.</summary>
    internal static readonly TimeSpan OverdueAfter = TimeSpan.FromMinutes(5);

    // Whoever's turn came before anyone here could have notified them gets the full delay again.
    private const string StartAnewSql = """
        update alerts a set next_escalation_at = api.next_escalation(a.organization_id, a.escalation_level, $1)
        where a.id in (
          select id from alerts
          where next_escalation_at < greatest($2, $1 - $3) and status in ('active', 'escalated')
            and not api.is_held(organization_id)
          order by id for no key update skip locked)
        """;

    private const string Due = """
        a.next_escalation_at <= $1 and a.status in ('active', 'escalated') and not api.is_held(a.organization_id)
          and api.next_escalation(a.organization_id, a.escalation_level, $1) is not null
          and exists (select from api.watched_units u where u.id = a.unit_id)
        """;

    private const string OrganizationsSql = $"select distinct a.organization_id from alerts a where {Due} order by 1";

    // Gives way, as judging does.
    private const string PatienceSql = "set local lock_timeout = '500ms'";

    // Chains are locked before alerts, as everywhere; an alert that somebody acknowledges meanwhile is no longer due.
    private const string LockSql = "select api.lock_chain($1)";

    private const string EscalateSql = $"""
        with higher as (
          update alerts a set
            status = 'escalated', escalation_level = a.escalation_level + 1,
            escalation_steps_sent =
              case when jsonb_typeof(a.escalation_steps_sent) = 'array' then a.escalation_steps_sent else '[]' end
              || jsonb_build_object('step', a.escalation_level + 1, 'at', $1)
          where {Due} and a.organization_id = $3
          returning a as alert)
        select
          api.log_alert(alert, 'alert.escalated', null, $1),
          api.tell(alert, 'escalated ' || (alert).escalation_level, $2, $1) as is_told
        from (select alert from higher order by (alert).organization_id, (alert).id) e
        """;

    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    /// <param name="listeningSince">What was due before restarts its delay.</param>
    public static async Task RunAsync(
        NpgsqlDataSource database,
        string[] channels,
        DateTime listeningSince,
        DateTime now,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        await using (var command = database.CreateCommand(StartAnewSql))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = listeningSince });
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = OverdueAfter });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (var organization in await DueAsync(database, now, cancellationToken))
        {
            try
            {
                await EscalateAsync(database, organization, channels, now, cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                logger.OrganizationNotEscalated(organization, exception.Message);
            }
        }
    }

    private static async Task<List<Guid>> DueAsync(
        NpgsqlDataSource database,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(OrganizationsSql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ListAsync(row => row.GetGuid(0), cancellationToken);
    }

    private static async Task EscalateAsync(
        NpgsqlDataSource database,
        Guid organization,
        string[] channels,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PatienceSql));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(LockSql) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = organization } } }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(EscalateSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<DateTime> { TypedValue = now },
                    new NpgsqlParameter<string[]> { TypedValue = channels },
                    new NpgsqlParameter<Guid> { TypedValue = organization },
                },
            }
        );
        int untold;
        await using (var rows = await batch.ExecuteReaderAsync(cancellationToken))
        {
            untold = await rows.CountUntoldAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        AlertMetrics.ReachedNobody.Inc(untold);
    }
}
