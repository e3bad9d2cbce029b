using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Hands alerts that nobody has acknowledged in time to the organization's next contacts.</summary>
internal static class Escalations
{
    private const string Due = """
        a.next_escalation_at <= $1 and a.status in ('active', 'escalated')
          and api.next_escalation(a.organization_id, a.escalation_level, $1) is not null
        """;

    // Chains are locked before alerts, as everywhere; an alert that somebody acknowledges meanwhile is no longer due.
    private const string LockSql = $"""
        select api.lock_chain(id)
        from (select distinct a.organization_id as id from alerts a where {Due} order by 1) o
        """;

    private const string EscalateSql = $"""
        with higher as (
          update alerts a set
            status = 'escalated', escalation_level = a.escalation_level + 1,
            next_escalation_at = api.next_escalation(a.organization_id, a.escalation_level + 1, $1),
            escalation_steps_sent =
              case when jsonb_typeof(a.escalation_steps_sent) = 'array' then a.escalation_steps_sent else '[]' end
              || jsonb_build_object('step', a.escalation_level + 1, 'at', $1)
          where {Due}
          returning a as alert)
        select
          api.log_alert(alert, 'alert.escalated', null, $1),
          api.plan_deliveries(alert, 'escalated ' || (alert).escalation_level, $2, $1)
        from (select alert from higher order by (alert).organization_id, (alert).id) e
        """;

    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    public static async Task RunAsync(
        NpgsqlDataSource database,
        string[] channels,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(LockSql) { Parameters = { new NpgsqlParameter<DateTime> { TypedValue = now } } }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(EscalateSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<DateTime> { TypedValue = now },
                    new NpgsqlParameter<string[]> { TypedValue = channels },
                },
            }
        );
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
