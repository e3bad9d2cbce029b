using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>A unit and what is new of it.</summary>
internal sealed record WatchedLook(WatchedUnit Unit, IReadOnlyList<WatchedReading> Readings)
{
    /// <summary>Readings of one unit that one look takes; the next look goes on behind them.</summary>
    public const int MaximumReadings = 2_000;

    /// <summary>More is left: only the time of the last reading has been reached yet.</summary>
    public bool IsPartial => Readings.Count == MaximumReadings;

    public Judgement Judge(DateTime listeningSince, DateTime now) =>
        IsPartial
            ? UnitJudge.Judge(Unit with { LastReadingAt = null }, Readings, listeningSince, Readings[^1].At)
            : UnitJudge.Judge(Unit, Readings, listeningSince, now);
}

/// <summary>Reads what is to be judged of many units in one round trip,
/// and keeps others from judging the same ones meanwhile.</summary>
internal static class WatchReader
{
    /// <summary>Units whose time has come, and units with readings that nobody has judged: those of a batch after whose
    /// commit this program ended.</summary>
    public const string DueSql = """
        select u.id
        from api.watched_units u
        left join api.unit_watch w on w.unit_id = u.id
        where w.due_at <= $1
          or (u.last_reading_at is not null and (w.seen_through is null or w.seen_through < u.last_reading_at))
        """;

    // Gives way: whoever waits for what a judgement holds is more important, and the judgement is repeated.
    private const string PatienceSql = "set local lock_timeout = '500ms'";

    private const string StartSql = """
        insert into api.unit_watch (unit_id)
        select id from units where id = any($1) order by id
        on conflict do nothing
        """;

    private const string StateSql = """
        select unit_id, seen_through, temperature_at, outside_since, door_at, door_open_since, battery_at, silent_since
        from api.unit_watch where unit_id = any($1) order by unit_id for update
        """;

    private const string UnitsSql = """
        select
          id, name, area_id, site_id, organization_id, units_preference = 'imperial',
          temp_max, temp_min, temp_hysteresis, last_reading_at, silence_after,
          door_warning_after, door_critical_after, confirm_door_closed, confirm_door_open
        from api.watched_units where id = any($1)
        """;

    // What the former system called an alarm or a suspected failure of the cooling is an excursion too.
    private const string OpenSql = """
        select
          unit_id,
          case
            when alert_type in ('alarm_active', 'suspected_cooling_failure') then 'temp_excursion'
            else alert_type::text end,
          severity = 'critical', sensor_dev_eui
        from alerts
        where unit_id = any($1) and status <> 'resolved'
          and alert_type in (
            'temp_excursion', 'alarm_active', 'suspected_cooling_failure',
            'low_battery', 'door_open', 'monitoring_interrupted')
        """;

    // From the earliest reading that was announced, an hour back at most, and a day back at the first look; of what is
    // older than the last look only what is new of its kind.
    private const string ReadingsSql = """
        select w.unit_id, r.recorded_at, r.temperature, r.door_open, r.battery, s.dev_eui
        from api.unit_watch w
        join unnest($1, $2) as n (unit_id, earliest) on n.unit_id = w.unit_id
        join api.watched_units u on u.id = w.unit_id
        cross join lateral (
          select recorded_at, temperature, door_open, battery, lora_sensor_id from sensor_readings r
          where r.unit_id = w.unit_id
            and r.recorded_at >= case
              when w.seen_through is null then coalesce(u.last_reading_at, $3) - interval '1 day'
              else greatest(least(n.earliest, w.seen_through), w.seen_through - interval '1 hour') end
            and (w.seen_through is null or r.recorded_at > w.seen_through
              or (r.temperature is not null and r.recorded_at > coalesce(w.temperature_at, '-infinity'))
              or (r.door_open is not null and r.recorded_at > coalesce(w.door_at, '-infinity'))
              or (r.battery is not null and r.recorded_at > coalesce(w.battery_at, '-infinity')))
          order by r.recorded_at, r.id limit $4
        ) r
        left join lora_sensors s on s.id = r.lora_sensor_id
        order by w.unit_id, r.recorded_at
        """;

    /// <summary>Locks the units' watch rows until the transaction ends,
    /// in the order of their ids, then reads.</summary>
    /// <param name="stored">The unit of stored temperatures.</param>
    public static async Task<IReadOnlyList<WatchedLook>> ReadAsync(
        NpgsqlTransaction transaction,
        IReadOnlyDictionary<Guid, DateTime> units,
        DateTime now,
        TemperatureUnit stored,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. units.Keys];
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PatienceSql));
        foreach (var sql in (ReadOnlySpan<string>)[StartSql, StateSql, UnitsSql, OpenSql])
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids } } }
            );
        }

        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(ReadingsSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid[]> { TypedValue = ids },
                    new NpgsqlParameter<DateTime[]>
                    {
                        TypedValue = [.. ids.Select(id => DateTime.SpecifyKind(units[id], DateTimeKind.Utc))],
                    },
                    new NpgsqlParameter<DateTime> { TypedValue = now },
                    new NpgsqlParameter<int> { TypedValue = WatchedLook.MaximumReadings },
                },
            }
        );

        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var states = (await ListAsync(rows, State, cancellationToken)).ToDictionary(
            state => state.Unit,
            state => state.State
        );
        var places = await NextAsync(rows, row => Unit(row, states, stored), cancellationToken);
        var open = (await NextAsync(rows, Open, cancellationToken)).ToLookup(alert => alert.Unit, alert => alert.Alert);
        var readings = (await NextAsync(rows, Reading, cancellationToken)).ToLookup(
            reading => reading.Unit,
            reading => reading.Reading
        );
        return
        [
            .. places.Select(unit => new WatchedLook(unit with { Open = [.. open[unit.Id]] }, [.. readings[unit.Id]])),
        ];
    }

    private static async Task<List<T>> NextAsync<T>(
        NpgsqlDataReader rows,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        await rows.NextResultAsync(cancellationToken);
        return await ListAsync(rows, read, cancellationToken);
    }

    private static async Task<List<T>> ListAsync<T>(
        NpgsqlDataReader rows,
        Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var list = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            list.Add(read(rows));
        }

        return list;
    }

    private static (Guid Unit, WatchState State) State(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new WatchState
            {
                SeenThrough = Time(row, 1),
                TemperatureAt = Time(row, 2),
                OutsideSince = Time(row, 3),
                DoorAt = Time(row, 4),
                DoorOpenSince = Time(row, 5),
                BatteryAt = Time(row, 6),
                SilentSince = Time(row, 7),
            }
        );

    private static WatchedUnit Unit(
        NpgsqlDataReader row,
        Dictionary<Guid, WatchState> states,
        TemperatureUnit stored
    ) =>
        new()
        {
            Id = row.GetGuid(0),
            Name = row.GetString(1),
            Area = row.GetGuid(2),
            Site = row.GetGuid(3),
            Organization = row.GetGuid(4),
            Shown = new ShownTemperatures(
                stored,
                row.GetBoolean(5) ? TemperatureUnit.Fahrenheit : TemperatureUnit.Celsius
            ),
            Highest = row.GetDecimal(6),
            Lowest = row.IsDBNull(7) ? null : row.GetDecimal(7),
            Hysteresis = row.GetDecimal(8),
            LastReadingAt = Time(row, 9),
            Rules = new WatchRules
            {
                SilenceAfter = row.GetTimeSpan(10),
                DoorWarningAfter = row.GetTimeSpan(11),
                DoorCriticalAfter = row.GetTimeSpan(12),
                ConfirmDoorClosed = row.GetTimeSpan(13),
                ConfirmDoorOpen = row.GetTimeSpan(14),
            },
            State = states[row.GetGuid(0)],
        };

    private static (Guid Unit, OpenAlert Alert) Open(NpgsqlDataReader row)
    {
        var kind = Enum.GetValues<AlertKind>().Single(kind => kind.Label() == row.GetString(1));
        return (
            row.GetGuid(0),
            new OpenAlert(
                kind,
                row.GetBoolean(2) ? AlertSeverity.Critical : AlertSeverity.Warning,
                row.IsDBNull(3) ? null : row.GetString(3)
            )
        );
    }

    private static (Guid Unit, WatchedReading Reading) Reading(NpgsqlDataReader row) =>
        (
            row.GetGuid(0),
            new WatchedReading(
                row.GetDateTime(1),
                row.IsDBNull(2) ? null : row.GetDecimal(2),
                row.IsDBNull(3) ? null : row.GetBoolean(3),
                row.IsDBNull(4) ? null : row.GetInt32(4),
                row.IsDBNull(5) ? null : row.GetString(5)
            )
        );

    private static DateTime? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetDateTime(column);
}
