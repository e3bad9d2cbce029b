using System.Diagnostics.CodeAnalysis;
using FreshTrack.Api.Auth;
using Npgsql;
using NpgsqlTypes;

namespace FreshTrack.Api.Alerts;

/// <summary>Reads and changes alerts; who may do so is decided in the SQL itself.</summary>
internal sealed class AlertsStore(NpgsqlDataSource database, StoredUnit storedUnit)
{
    private const string Excursions = "'temp_excursion', 'alarm_active', 'suspected_cooling_failure'";

    private const string MayChange = $"exists ({Membership.Sql} and m.role in {Roles.AlertHandlers})";

    private const string ListSql = $"""
        select {Alert.Columns} from alerts a
        where a.organization_id = $1 and exists ({Membership.Sql})
          and ($3 is null or a.status::text = any($3))
          and ($4 is null or a.severity::text = any($4))
          and ($5 is null or a.alert_type::text = any($5))
          and ($6 is null or a.unit_id = $6)
          and a.triggered_at >= coalesce($7, '-infinity') and a.triggered_at <= coalesce($8, 'infinity')
          and ($9 is null or (a.triggered_at, a.id) < ($9, $10))
        order by a.triggered_at desc, a.id desc limit $11
        """;

    // An alert that cannot be seen is no row.
    private const string AccessSql =
        $"select {MayChange} from alerts a where a.id = $3 and a.organization_id = $1 and exists ({Membership.Sql})";

    private const string LockSql = "select api.lock_chain($1)";

    private const string AcknowledgeSql = $"""
        with changed as (
          update alerts a set
            status = 'acknowledged', acknowledged_at = $4, acknowledged_by = $2, acknowledgment_notes = $5,
            next_escalation_at = null
          where a.id = $3 and a.organization_id = $1 and a.status in ('active', 'escalated') and {MayChange}
          returning a as alert)
        select api.log_alert(alert, 'alert.acknowledged', $2, $4, jsonb_strip_nulls(jsonb_build_object('notes', $5)))
        from changed
        """;

    // What lasts is counted from here: it is an alert again only when it has lasted for the rule's delay once more.
    private const string StartAnewSql = $"""
        with resolved as (
          select a.unit_id, a.alert_type, a.alert_type in ({Excursions}) as is_excursion
          from alerts a
          where a.id = $3 and a.organization_id = $1 and a.status <> 'resolved' and {MayChange}
        ), unit as (
          update api.unit_watch w set
            excursion_since = case when not a.is_excursion then w.excursion_since end,
            excursion_at = case when not a.is_excursion then w.excursion_at end,
            excursion_temperature = case when not a.is_excursion then w.excursion_temperature end,
            excursion_limit = case when not a.is_excursion then w.excursion_limit end,
            excursion_sensor = case when not a.is_excursion then w.excursion_sensor end,
            silent_since = case when a.alert_type = 'monitoring_interrupted' then $4 else w.silent_since end,
            due_at = $4
          from resolved a where a.unit_id = w.unit_id
          returning a.*
        )
        update api.reporter_watch r set
          outside_since = case when a.is_excursion and r.outside_since is not null then $4 else r.outside_since end,
          is_confirmed = r.is_confirmed and not a.is_excursion,
          door_open_since = case
            when a.alert_type = 'door_open' and r.door_open_since is not null then $4
            else r.door_open_since end
        from unit a where a.unit_id = r.unit_id
        """;

    private const string ResolveSql = $"""
        with changed as (
          update alerts a set
            status = 'resolved', resolved_at = $4, resolved_by = $2, resolution_type = 'manual',
            next_escalation_at = null
          where a.id = $3 and a.organization_id = $1 and a.status <> 'resolved' and {MayChange}
          returning a as alert)
        select api.log_alert(alert, 'alert.resolved', $2, $4, jsonb_strip_nulls(jsonb_build_object('notes', $5)))
        from changed
        """;

    private const string OneSql = $"""
        select {Alert.Columns} from alerts a
        where a.id = $3 and a.organization_id = $1 and exists ({Membership.Sql})
        """;

    /// <returns>Null when there is no such organization, or none that this user belongs to.</returns>
    public async Task<IReadOnlyList<Alert>?> ListAsync(
        Guid organization,
        Guid user,
        AlertsQuery query,
        CancellationToken cancellationToken
    )
    {
        var stored = await storedUnit.ReadAsync(cancellationToken);
        var shown = new ShownTemperatures(stored, query.TemperatureUnit ?? stored);
        var alerts = new List<Alert>();
        await using (var command = database.CreateCommand(ListSql))
        {
            Add(command.Parameters, NpgsqlDbType.Uuid, organization, user);
            Add(
                command.Parameters,
                NpgsqlDbType.Array | NpgsqlDbType.Text,
                query.Statuses,
                query.Severities,
                query.Types
            );
            Add(command.Parameters, NpgsqlDbType.Uuid, query.Unit);
            Add(command.Parameters, NpgsqlDbType.TimestampTz, query.Since, query.Until, query.After?.TriggeredAt);
            Add(command.Parameters, NpgsqlDbType.Uuid, query.After?.Id);
            Add(command.Parameters, NpgsqlDbType.Integer, query.Limit);
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
            {
                alerts.Add(Alert.Read(rows, shown));
            }
        }

        // Only an empty page leaves open whether there are no alerts or they are not to be seen.
        return alerts.Count > 0 || await Membership.ExistsAsync(database, organization, user, cancellationToken)
            ? alerts
            : null;
    }

    /// <summary>Whether the user's role may change this alert;
    /// null when there is no such alert, or none that they may see.</summary>
    public async Task<bool?> MayChangeAsync(
        Guid organization,
        Guid user,
        Guid alert,
        CancellationToken cancellationToken
    )
    {
        await using var command = database.CreateCommand(AccessSql).Add(organization).Add(user).Add(alert);
        return (bool?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <returns>The alert as it is then; one that was acknowledged or resolved before is left as it is. Null when the
    /// organization has no such alert.</returns>
    public Task<Alert?> AcknowledgeAsync(AlertChange change, CancellationToken cancellationToken) =>
        ChangeAsync(
            [Statement(LockSql, change), Statement(AcknowledgeSql, change), Statement(OneSql, change)],
            cancellationToken
        );

    /// <inheritdoc cref="AcknowledgeAsync"/>
    public Task<Alert?> ResolveAsync(AlertChange change, CancellationToken cancellationToken) =>
        ChangeAsync(
            [
                Statement(StartAnewSql, change),
                Statement(LockSql, change),
                Statement(ResolveSql, change),
                Statement(OneSql, change),
            ],
            cancellationToken
        );

    /// <summary>One transaction, which locks in the order in which judgements do: the unit's watch row, the
    /// organization's chain, the alert.</summary>
    private async Task<Alert?> ChangeAsync(NpgsqlBatchCommand[] statements, CancellationToken cancellationToken)
    {
        var stored = await storedUnit.ReadAsync(cancellationToken);
        var shown = new ShownTemperatures(stored, stored);
        await using var batch = database.CreateBatch();
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        Alert? alert = null;
        do
        {
            // Only the last statement returns an alert, the others what they did.
            alert = await rows.ReadAsync(cancellationToken) && rows.FieldCount > 1 ? Alert.Read(rows, shown) : null;
        } while (await rows.NextResultAsync(cancellationToken));
        return alert;
    }

    private static NpgsqlBatchCommand Statement([ConstantExpected] string sql, AlertChange change)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, NpgsqlDbType.Uuid, change.Organization, change.User, change.Alert);
        Add(command.Parameters, NpgsqlDbType.TimestampTz, change.At);
        Add(command.Parameters, NpgsqlDbType.Text, change.Notes);
        return command;
    }

    private static void Add(
        NpgsqlParameterCollection parameters,
        NpgsqlDbType type,
        params ReadOnlySpan<object?> values
    )
    {
        foreach (var value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        }
    }
}

/// <summary>What somebody does to an alert.</summary>
internal sealed record AlertChange(Guid Organization, Guid User, Guid Alert, DateTime At, string? Notes);
