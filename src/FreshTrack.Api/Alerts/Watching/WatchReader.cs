using Npgsql;

namespace FreshTrack.Api.Alerts;

/// <summary>Reads what is to be judged of many units, and keeps others from judging the same ones meanwhile. Two round
/// trips, and one or two more where readings arrived late.</summary>
internal static class WatchReader
{
    /// <summary>How far back late readings are judged, and how far before them a moment is looked for to start
    /// from.</summary>
    internal static readonly TimeSpan Furthest = TimeSpan.FromDays(7);

    private static readonly TimeSpan Near = TimeSpan.FromHours(6);

    // Readings of one unit that one look takes; with what was before late ones somewhat more.
    private const int MaximumReadings = 2_000;
    private const int MaximumHistory = 5_000;

    /// <summary>Locks the units' watch rows until the transaction ends, in the order of their ids, then reads. Units
    /// that somebody else holds are left out.</summary>
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
        foreach (var sql in (ReadOnlySpan<string>)[LookSql.Reporters, LookSql.Units, LookSql.Rewound, LookSql.Late])
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
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LookSql.Patience));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(LookSql.State)
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
        new(LookSql.Alerts)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid[]> { TypedValue = units },
                new NpgsqlParameter<DateTime?[]> { TypedValue = since },
            },
        };

    private static NpgsqlBatchCommand Readings(Guid[] units, DateTime?[] since, DateTime now, int maximum) =>
        new(LookSql.Readings)
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
