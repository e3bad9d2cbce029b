using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace FreshTrack.Api.Ingestion;

/// <summary>What became of one reading of a batch.</summary>
/// <param name="Id">Of the row that holds it; null when none does.</param>
/// <param name="IsNew">This batch wrote the row.</param>
/// <param name="IsConflict">Another row of the same identity holds other values.</param>
/// <param name="Differences">JSON: for each row in a bulk reading's way, the fields that differ.</param>
internal sealed record BatchOutcome(Guid? Id, bool IsNew, bool IsConflict, string? Differences);

/// <summary>Many readings as one round trip: their units and sensors are locked, the rows written, and what units and
/// sensors last reported.</summary>
internal static class ReadingBatch
{
    /// <param name="batch">Empty, on a connection of <see cref="WriterDatabase"/>, in the transaction that it is to run
    /// in.</param>
    /// <param name="readings">Of any order, no two with one id; each with the number of its request.</param>
    public static async Task<BatchOutcome[]> StoreAsync(
        NpgsqlBatch batch,
        (NewReading Reading, int Request)[] readings,
        CancellationToken cancellationToken
    )
    {
        var rows = Array.ConvertAll(readings, reading => reading.Reading);
        AddLocks(batch, rows);
        batch.BatchCommands.Add(Store(rows, Array.ConvertAll(readings, reading => reading.Request)));

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        for (var skipped = 1; skipped < batch.BatchCommands.Count; skipped++)
        {
            await reader.NextResultAsync(cancellationToken);
        }

        var outcomes = new BatchOutcome[readings.Length];
        while (await reader.ReadAsync(cancellationToken))
        {
            outcomes[reader.GetInt32(0) - 1] = Outcome(reader);
        }

        return outcomes;
    }

    private static BatchOutcome Outcome(NpgsqlDataReader row) =>
        new(
            row.IsDBNull(1) ? null : row.GetGuid(1),
            row.GetBoolean(2),
            row.GetBoolean(3),
            row.IsDBNull(4) ? null : row.GetString(4)
        );

    /// <summary>Lets no other writer of these units and sensors in until the transaction ends.</summary>
    public static void AddLocks(NpgsqlBatch batch, NewReading[] readings)
    {
        AddLock(batch, ReadingSql.LockUnits, readings.Select(reading => reading.Unit));
        AddLock(batch, ReadingSql.LockSensors, readings.Select(reading => reading.Sensor).OfType<Guid>());
        AddLock(batch, ReadingSql.LockDevices, readings.Select(reading => reading.Device).OfType<Guid>());
    }

    private static void AddLock(NpgsqlBatch batch, [ConstantExpected] string sql, IEnumerable<Guid> rows)
    {
        Guid[] ids = [.. rows.Distinct()];
        if (ids.Length > 0)
        {
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = ids } } }
            );
        }
    }

    private static NpgsqlBatchCommand Store(NewReading[] readings, int[] requests) =>
        new(Array.TrueForAll(readings, IsOfSensor) ? ReadingSql.StoreUplinks : ReadingSql.Store)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = requests },
                Values(readings, NpgsqlDbType.Boolean, r => r.IsUplink),
                Values(readings, NpgsqlDbType.Uuid, r => r.Id),
                Values(readings, NpgsqlDbType.Uuid, r => r.Unit),
                Values(readings, NpgsqlDbType.Uuid, r => r.Sensor),
                Values(readings, NpgsqlDbType.Uuid, r => r.Device),
                Values(readings, NpgsqlDbType.Text, r => r.Source),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.Temperature),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.Humidity),
                Values(readings, NpgsqlDbType.Boolean, r => r.Measured.DoorOpen),
                Values(readings, NpgsqlDbType.Integer, r => r.Measured.Battery),
                Values(readings, NpgsqlDbType.Numeric, r => r.Measured.BatteryVoltage),
                Values(readings, NpgsqlDbType.Integer, r => r.SignalStrength),
                Values(readings, NpgsqlDbType.TimestampTz, r => r.RecordedAt),
                Values(readings, NpgsqlDbType.TimestampTz, r => r.SaidAt),
                Values(readings, NpgsqlDbType.TimestampTz, r => r.ReceivedAt),
                Values(readings, NpgsqlDbType.Bigint, r => r.FrameCounter),
                Values(readings, NpgsqlDbType.Integer, r => r.FramePort),
                Values(readings, NpgsqlDbType.Text, r => r.PayloadBase64),
                Values(readings, NpgsqlDbType.Jsonb, r => r.DecodedPayload),
                Values(readings, NpgsqlDbType.Uuid, r => r.Supersedes),
                Values(readings, NpgsqlDbType.Integer, r => r.DoorOpenCount),
                Values(readings, NpgsqlDbType.Integer, r => r.DoorOpenSeconds),
                new NpgsqlParameter<DateTime> { TypedValue = readings.Min(r => r.SaidAt) - ReadingTime.LongestClamp },
                new NpgsqlParameter<DateTime> { TypedValue = readings.Max(r => r.SaidAt).AddMicroseconds(1) },
            },
        };

    private static bool IsOfSensor(NewReading reading) => reading is { IsUplink: true, Sensor: not null };

    private static NpgsqlParameter<T[]> Values<T>(
        NewReading[] readings,
        NpgsqlDbType type,
        Func<NewReading, T> value
    ) => new() { TypedValue = Array.ConvertAll(readings, r => value(r)), NpgsqlDbType = NpgsqlDbType.Array | type };
}
