using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>A unit and what is new of it.</summary>
internal sealed record WatchedLook(WatchedUnit Unit, IReadOnlyList<WatchedReading> Readings)
{
    /// <summary>The earliest reading that is older than what was judged.</summary>
    public DateTime? LateFrom { get; init; }

    /// <summary>More is left: the next look continues behind the last reading.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The earliest reading that was judged and has been corrected since.</summary>
    public DateTime? CorrectedFrom { get; init; }

    public Judgement Judge(DateTime listeningSince, DateTime now) =>
        UnitJudge.Judge(Unit, new UnitLook(Readings, listeningSince, now, LateFrom, IsPartial, CorrectedFrom));
}

/// <summary>Reads what is to be judged of many units, and keeps others from judging the same ones meanwhile. Two round
/// trips, and one or two more where readings arrived late.</summary>
internal static class WatchReader
{
    /// <summary>Units whose time has come, and units with readings that nobody has judged: those of a batch after whose
    /// commit this program ended.</summary>
    public const string DueSql = """
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

    /// <summary>How far back late readings are judged, and how far before them a moment is looked for to start
    /// from.</summary>
    internal static readonly TimeSpan Furthest = TimeSpan.FromDays(7);

    private static readonly TimeSpan Near = TimeSpan.FromHours(6);

    // Readings of one unit that one look takes; with what was before late ones somewhat more.
    private const int MaximumReadings = 2_000;
    private const int MaximumHistory = 5_000;

    // Gives way: whoever waits for what a judgement holds is more important, and the judgement is repeated.
    private const string PatienceSql = "set local lock_timeout = '500ms'";

    // What somebody else holds they are judging or changing: it is looked at again.
    private const string StateSql = """
        select unit_id, seen_through, watched_since, rewound_from, rewound_until, silent_since,
          excursion_since, excursion_at, excursion_temperature, excursion_limit, excursion_sensor
        from api.unit_watch where unit_id = any($1) order by unit_id
        for update skip locked
        """;

    private const string ReportersSql = """
        select unit_id, reporter_id, temperature_at, outside_since, is_confirmed, door_at, door_open_since, battery_at,
          api.is_gone(unit_id, reporter_id)
        from api.reporter_watch where unit_id = any($1)
        """;

    private const string UnitsSql = """
        select
          id, name, area_id, site_id, organization_id, units_preference = 'imperial',
          temp_max, temp_min, temp_hysteresis, last_reading_at, silence_after,
          door_warning_after, door_critical_after, confirm_door_closed, confirm_door_open
        from api.watched_units where id = any($1)
        """;

    // What the former system called an alarm or a suspected failure of the cooling is an excursion too. What is over
    // counts only where time is judged again.
    private const string AlertsSql = """
        select
          a.unit_id,
          case
            when a.alert_type in ('alarm_active', 'suspected_cooling_failure') then 'temp_excursion'
            else a.alert_type::text end,
          a.severity = 'critical', a.sensor_dev_eui, a.id, coalesce(a.first_active_at, a.triggered_at), a.triggered_at,
          a.created_at, case when a.status = 'resolved' then a.resolved_at end,
          coalesce(a.metadata ->> 'raised_by' = 'freshtrack-api', false),
          a.status = 'resolved' and coalesce(a.resolution_type = 'manual', false), a.temp_limit
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

    private const string RewoundSql =
        "select unit_id, rewound_from from api.unit_watch where unit_id = any($1) and rewound_from is not null";

    // With the judgement that sees them they are gone.
    private const string LateSql = """
        with taken as (delete from api.late_readings where unit_id = any($1) returning unit_id, at, is_correction)
        select t.unit_id, min(t.at), min(t.at) filter (where t.is_correction) from taken t group by t.unit_id
        """;

    // A reading's time is never after its arrival. A day back at the first look.
    private const string ReadingsSql = """
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

    /// <summary>Locks the units' watch rows until the transaction ends, in the order of their ids, then reads. Units that
    /// somebody else holds are left out.</summary>
    /// <param name="stored">The unit of stored temperatures.</param>
    public static async Task<IReadOnlyList<WatchedLook>> ReadAsync(
        NpgsqlTransaction transaction,
        IReadOnlyCollection<Guid> units,
        TemperatureUnit stored,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        var states = await LockAsync(transaction, units, cancellationToken);
        Guid[] ids = [.. states.Keys];
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var sql in (ReadOnlySpan<string>)[ReportersSql, UnitsSql, RewoundSql, LateSql])
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids } } }
            );
        }

        batch.BatchCommands.Add(Alerts(ids, new DateTime?[ids.Length]));
        batch.BatchCommands.Add(Readings(ids, new DateTime?[ids.Length], now, MaximumReadings));
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var reporters = (await rows.ListAsync(ReadRows.Reporter, cancellationToken)).ToLookup(
            r => r.Unit,
            r => r.State
        );
        var places = await rows.NextAsync(
            row => ReadRows.Unit(row, stored, id => states[id] with { Reporters = [.. reporters[id]] }),
            cancellationToken
        );
        var rewound = (await rows.NextAsync(ReadRows.Moment, cancellationToken)).ToDictionary(r => r.Unit, r => r.At);
        var late = (await rows.NextAsync(ReadRows.Late, cancellationToken)).ToDictionary(r => r.Unit);
        var alerts = (await rows.NextAsync(ReadRows.Alert, cancellationToken)).ToLookup(a => a.Unit, a => a.Alert);
        var readings = (await rows.NextAsync(ReadRows.Reading, cancellationToken)).ToLookup(
            reading => reading.Unit,
            reading => reading.Reading
        );
        await rows.CloseAsync();

        var looks = places.ConvertAll(unit =>
            Look(unit with { Alerts = [.. alerts[unit.Id]] }, [.. readings[unit.Id]], MaximumReadings) with
            {
                CorrectedFrom = late.TryGetValue(unit.Id, out var corrected) ? corrected.CorrectedAt : null,
            }
        );
        var behind = looks
            .Select(look => look.Unit)
            .Where(unit => rewound.ContainsKey(unit.Id) || LateFrom(unit) is not null)
            .ToDictionary(unit => unit.Id, LateFrom);
        return behind.Count == 0
            ? looks
            : await ReadAgainAsync(transaction, looks, behind, rewound, now, cancellationToken);

        // What is newer than what was judged is not late, whatever was newer still.
        DateTime? LateFrom(WatchedUnit unit) =>
            late.TryGetValue(unit.Id, out var found) && found.At <= unit.State.SeenThrough
                ? Later(found.At, now - Furthest)
                : null;
    }

    /// <returns>What is known of those that nobody else holds.</returns>
    private static async Task<Dictionary<Guid, WatchState>> LockAsync(
        NpgsqlTransaction transaction,
        IReadOnlyCollection<Guid> units,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PatienceSql));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(StateSql)
            {
                Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. units] } },
            }
        );
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        return (await rows.ListAsync(ReadRows.State, cancellationToken)).ToDictionary(
            row => row.Unit,
            row => row.State
        );
    }

    /// <summary>Reads what was before late readings, as far as it takes to judge them in the order of time.</summary>
    private static async Task<IReadOnlyList<WatchedLook>> ReadAgainAsync(
        NpgsqlTransaction transaction,
        List<WatchedLook> looks,
        Dictionary<Guid, DateTime?> behind,
        Dictionary<Guid, DateTime> rewound,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        Guid[] ids = [.. behind.Keys];
        await using var command = new NpgsqlBatch(transaction.Connection, transaction);
        command.BatchCommands.Add(
            Alerts(ids, [.. ids.Select(id => (DateTime?)((behind[id] ?? rewound[id]) - Furthest))])
        );
        ILookup<Guid, KnownAlert> alerts;
        await using (var rows = await command.ExecuteReaderAsync(cancellationToken))
        {
            alerts = (await rows.ListAsync(ReadRows.Alert, cancellationToken)).ToLookup(a => a.Unit, a => a.Alert);
        }

        var known = looks.ConvertAll(look =>
            behind.ContainsKey(look.Unit.Id)
                ? look with
                {
                    Unit = look.Unit with { Alerts = [.. alerts[look.Unit.Id]] },
                }
                : look
        );
        foreach (var before in (TimeSpan[])[Near, Furthest])
        {
            var again = known
                .Where(look => behind.GetValueOrDefault(look.Unit.Id) is not null && !IsReady(look))
                .Select(look => look.Unit.Id)
                .ToArray();
            if (again.Length == 0)
            {
                break;
            }

            var history = await HistoryAsync(
                transaction,
                again,
                [.. again.Select(id => behind[id] - before)],
                now,
                cancellationToken
            );
            known = known.ConvertAll(look =>
                again.Contains(look.Unit.Id)
                    ? Look(look.Unit, [.. history[look.Unit.Id]], MaximumHistory, behind[look.Unit.Id]) with
                    {
                        CorrectedFrom = look.CorrectedFrom,
                    }
                    : look
            );
        }

        return known;
    }

    private static bool IsReady(WatchedLook look) =>
        look.LateFrom is { } late && Replay.StartOf(look.Unit, look.Readings, late) is not null;

    private static async Task<ILookup<Guid, WatchedReading>> HistoryAsync(
        NpgsqlTransaction transaction,
        Guid[] units,
        DateTime?[] since,
        DateTime now,
        CancellationToken cancellationToken
    )
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(Readings(units, since, now, MaximumHistory));
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        return (await rows.ListAsync(ReadRows.Reading, cancellationToken)).ToLookup(r => r.Unit, r => r.Reading);
    }

    /// <summary>Of as many readings as can be read there are more.</summary>
    private static WatchedLook Look(WatchedUnit unit, WatchedReading[] readings, int maximum, DateTime? lateFrom = null)
    {
        if (readings.Length < maximum)
        {
            return new WatchedLook(unit, readings) { LateFrom = lateFrom };
        }

        var length = Replay.LengthOfPart(unit, readings, lateFrom is not null, readings.Length - 1);
        return new WatchedLook(unit, readings[..length]) { LateFrom = lateFrom, IsPartial = true };
    }

    private static NpgsqlBatchCommand Alerts(Guid[] units, DateTime?[] since) =>
        new(AlertsSql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = units },
                new NpgsqlParameter<DateTime?[]> { TypedValue = since },
            },
        };

    private static NpgsqlBatchCommand Readings(Guid[] units, DateTime?[] since, DateTime now, int maximum) =>
        new(ReadingsSql)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = units },
                new NpgsqlParameter<DateTime?[]> { TypedValue = since },
                new NpgsqlParameter<DateTime> { TypedValue = now },
                new NpgsqlParameter<int> { TypedValue = maximum },
            },
        };

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;
}
