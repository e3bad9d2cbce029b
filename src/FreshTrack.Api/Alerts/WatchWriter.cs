using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace FreshTrack.Api.Alerts;

/// <summary>An alert as it goes into the table.</summary>
internal sealed record RaisedRow(
    Guid Id,
    Guid UnitId,
    Guid OrganizationId,
    Guid SiteId,
    Guid AreaId,
    string AlertType,
    string Severity,
    string Title,
    string Message,
    decimal? TempReading,
    decimal? TempLimit,
    DateTime TriggeredAt,
    DateTime FirstActiveAt,
    DateTime? ResolvedAt,
    string? SensorDevEui
);

/// <summary>A change of the open alerts of one unit and kind.</summary>
internal sealed record ChangedRow(Guid UnitId, string AlertType, DateTime? ResolvedAt);

internal sealed record DoorRow(Guid UnitId, string State, DateTime OccurredAt);

/// <summary>What is known of a unit after it has been judged.</summary>
internal sealed record UnitRow(
    Guid UnitId,
    DateTime? SeenThrough,
    DateTime? TemperatureAt,
    DateTime? OutsideSince,
    DateTime? DoorAt,
    DateTime? DoorOpenSince,
    DateTime? BatteryAt,
    DateTime? SilentSince,
    DateTime? DueAt,
    string? Status,
    string? DoorState,
    DateTime? DoorLastChangedAt
);

/// <summary>Writes the judgements of many units, their events and what is to be sent in one round trip.</summary>
internal static class WatchWriter
{
    private const string LockSql = "select api.lock_chain(id) from (select distinct unnest($1) as id order by 1) o";

    // A kind of alert stands for the former system's kinds that say the same.
    private const string ResolvedSql = """
        with ended as (
          update alerts a set
            status = 'resolved', resolved_at = n.resolved_at, resolution_type = 'auto', next_escalation_at = null
          from jsonb_to_recordset($1) as n (unit_id uuid, alert_type text, resolved_at timestamptz)
          where a.unit_id = n.unit_id and a.status <> 'resolved'
            and a.alert_type::text = any(case n.alert_type
              when 'temp_excursion' then '{temp_excursion,alarm_active,suspected_cooling_failure}'
              else array[n.alert_type] end)
          returning a as alert)
        select api.log_alert(alert, 'alert.resolved', null, $2)
        from (select alert from ended order by (alert).organization_id, (alert).id) e
        """;

    private const string WorsenedSql = """
        with worse as (
          update alerts a set severity = 'critical' from jsonb_to_recordset($1) as n (unit_id uuid, alert_type text)
          where a.unit_id = n.unit_id and a.alert_type::text = n.alert_type
            and a.status <> 'resolved' and a.severity <> 'critical'
          returning a as alert)
        select api.log_alert(alert, 'alert.worsened', null, $2), api.plan_deliveries(alert, 'worsened', $3, $2)
        from (select alert from worse order by (alert).organization_id, (alert).id) e
        """;

    private const string RaisedSql = """
        with new as (
          insert into alerts as a (
            id, unit_id, organization_id, site_id, area_id, alert_type, severity,
            status, title, message, temp_reading, temp_limit, triggered_at, first_active_at, created_at,
            resolved_at, resolution_type, sensor_dev_eui, metadata)
          select
            id, unit_id, organization_id, site_id, area_id, alert_type, severity,
            case when resolved_at is null then 'active' else 'resolved' end::alert_status,
            title, message, temp_reading, temp_limit, triggered_at, first_active_at, $2,
            resolved_at, case when resolved_at is not null then 'auto' end, sensor_dev_eui,
            '{"raised_by": "freshtrack-api"}'
          from jsonb_to_recordset($1) as n (
            id uuid, unit_id uuid, organization_id uuid, site_id uuid, area_id uuid, alert_type alert_type,
            severity alert_severity, title text, message text, temp_reading numeric, temp_limit numeric,
            triggered_at timestamptz, first_active_at timestamptz, resolved_at timestamptz, sensor_dev_eui text)
          order by resolved_at, id
          on conflict (unit_id, alert_type) where status <> 'resolved' and metadata ->> 'raised_by' = 'freshtrack-api'
            do nothing
          returning a as alert)
        select
          api.log_alert(alert, 'alert.raised', null, $2),
          case
            when (alert).status = 'resolved' then api.log_alert(alert, 'alert.resolved', null, $2)::text
            else api.plan_deliveries(alert, 'raised', $3, $2)::text end
        from (select alert from new order by (alert).organization_id, (alert).triggered_at, (alert).id) e
        """;

    private const string NextEscalationSql = """
        update alerts a set next_escalation_at = api.next_escalation(a.organization_id, 0, $2)
        from jsonb_to_recordset($1) as n (id uuid) where a.id = n.id and a.status = 'active'
        """;

    private const string DoorSql = """
        insert into door_events (unit_id, state, occurred_at, source)
        select unit_id, state, occurred_at, 'sensor'
        from jsonb_to_recordset($1) as n (unit_id uuid, state text, occurred_at timestamptz)
        """;

    private const string StateSql = """
        update api.unit_watch w set
          seen_through = n.seen_through, temperature_at = n.temperature_at, outside_since = n.outside_since,
          door_at = n.door_at, door_open_since = n.door_open_since, battery_at = n.battery_at,
          silent_since = n.silent_since, due_at = n.due_at
        from jsonb_populate_recordset(null::api.unit_watch, $1) n
        where w.unit_id = n.unit_id
        """;

    // Ingestion updates the same rows: last of all, in the order of their ids, and only those that change.
    private const string UnitsSql = """
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

    /// <param name="channels">Channels over which alerts can be sent at all.</param>
    public static async Task WriteAsync(
        NpgsqlTransaction transaction,
        IReadOnlyList<(WatchedUnit Unit, Judgement Judgement)> judged,
        string[] channels,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        var organizations = judged
            .Where(item => item.Judgement is not { Raised: [], Worsened: [], Resolved: [] })
            .Select(item => item.Unit.Organization)
            .ToArray();
        if (organizations.Length > 0)
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(LockSql)
                {
                    Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = organizations } },
                }
            );
        }

        ChangedRow[] resolved =
        [
            .. judged.SelectMany(
                j => j.Judgement.Resolved,
                (j, alert) => new ChangedRow(j.Unit.Id, alert.Kind.Label(), alert.At)
            ),
        ];
        ChangedRow[] worsened =
        [
            .. judged.SelectMany(j => j.Judgement.Worsened, (j, kind) => new ChangedRow(j.Unit.Id, kind.Label(), null)),
        ];
        RaisedRow[] raised = [.. judged.SelectMany(j => j.Judgement.Raised, (j, alert) => Raised(j.Unit, alert))];
        DoorRow[] doors =
        [
            .. judged.SelectMany(
                j => j.Judgement.Door,
                (j, change) => new DoorRow(j.Unit.Id, DoorState(change.Open), change.At)
            ),
        ];
        UnitRow[] units = [.. judged.Select(j => Unit(j.Unit, j.Judgement))];

        Add(
            batch,
            ResolvedSql,
            resolved.Length,
            JsonSerializer.Serialize(resolved, AlertsJson.Default.ChangedRowArray),
            now
        );
        Add(
            batch,
            WorsenedSql,
            worsened.Length,
            JsonSerializer.Serialize(worsened, AlertsJson.Default.ChangedRowArray),
            now,
            channels
        );
        Add(
            batch,
            RaisedSql,
            raised.Length,
            JsonSerializer.Serialize(raised, AlertsJson.Default.RaisedRowArray),
            now,
            channels
        );
        Add(
            batch,
            NextEscalationSql,
            raised.Length,
            JsonSerializer.Serialize(raised, AlertsJson.Default.RaisedRowArray),
            now
        );
        Add(batch, DoorSql, doors.Length, JsonSerializer.Serialize(doors, AlertsJson.Default.DoorRowArray));
        Add(batch, StateSql, units.Length, JsonSerializer.Serialize(units, AlertsJson.Default.UnitRowArray));
        Add(batch, UnitsSql, units.Length, JsonSerializer.Serialize(units, AlertsJson.Default.UnitRowArray), now);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(
        NpgsqlBatch batch,
        [ConstantExpected] string sql,
        int rows,
        string json,
        DateTime? now = null,
        string[]? channels = null
    )
    {
        if (rows == 0)
        {
            return;
        }

        var command = new NpgsqlBatchCommand(sql)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = json, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        if (now is { } time)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = time });
        }

        if (channels is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = channels });
        }

        batch.BatchCommands.Add(command);
    }

    private static RaisedRow Raised(WatchedUnit unit, RaisedAlert alert) =>
        new(
            Guid.CreateVersion7(),
            unit.Id,
            unit.Organization,
            unit.Site,
            unit.Area,
            alert.Kind.Label(),
            alert.Severity.Label(),
            AlertText.Title(unit, alert),
            AlertText.Message(alert),
            alert.Temperature,
            alert.Limit,
            alert.At,
            alert.Since,
            alert.ResolvedAt,
            alert.Sensor
        );

    private static UnitRow Unit(WatchedUnit unit, Judgement judgement)
    {
        var state = judgement.State;
        return new UnitRow(
            unit.Id,
            state.SeenThrough,
            state.TemperatureAt,
            state.OutsideSince,
            state.DoorAt,
            state.DoorOpenSince,
            state.BatteryAt,
            state.SilentSince,
            judgement.Due,
            judgement.Status,
            state.DoorAt is null ? null : DoorState(state.DoorOpenSince is not null),
            judgement.Door is [.., var last] ? last.At : null
        );
    }

    private static string DoorState(bool isOpen) => isOpen ? "open" : "closed";
}
