using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>One entry of a bulk request.</summary>
/// <param name="Reporter">The sensor or device that measured, where the entry names one.</param>
/// <param name="RecordedAt">As the entry says; may lie up to an hour ahead.</param>
/// <param name="Supersedes">The reading that it corrects.</param>
internal sealed record ReportedReading(
    Guid Unit,
    Guid? Reporter,
    DateTime RecordedAt,
    string Source,
    DecodedPayload Values,
    int? SignalStrength,
    Guid? Supersedes
)
{
    public Measurements Measure(TemperatureUnit stored)
    {
        var (percent, volts) = BatteryReport.AsDeclared(Values.Battery, Values.Voltage);
        return Values.Measure(Values.Temperatures is [var first, ..] ? first : null, SensorFacts.Unknown, stored) with
        {
            Battery = percent,
            BatteryVoltage = volts,
        };
    }

    /// <param name="known">Holds the reporter.</param>
    public NewReading ToReading(DirectorySnapshot known, DateTime receivedAt)
    {
        var isSensor = Reporter is { } id && known.Reporters[id].IsSensor;
        return new NewReading
        {
            Unit = Unit,
            Sensor = isSensor ? Reporter : null,
            Device = isSensor ? null : Reporter,
            Source = Source,
            SaidAt = RecordedAt,
            ReceivedAt = receivedAt,
            Measured = Measure(known.StoredUnit),
            Supersedes = Supersedes,
            SignalStrength = SignalStrength,
        };
    }
}

/// <summary>What became of a bulk request's body: readings, or why it is refused.</summary>
internal sealed record ParsedBulk(IReadOnlyList<ReportedReading> Readings, ParsedUplink.Refused? Refusal);

/// <summary>Reads <c>{"readings":[{"unit_id","device_id"?,"temperature",…,"recorded_at"}]}</c>; names in snake_case, or
/// in camelCase as the former backend took them.</summary>
internal static class BulkParser
{
    private const int MaximumReadings = 1_000;

    private static readonly string[] Sources = ["api", "ttn", "manual", "import"];

    /// <param name="now">A reading from later than an hour after this is refused.</param>
    public static ParsedBulk Parse(ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        IngestionJson.Parse(body, now, Parse, Malformed);

    private static ParsedBulk Parse(JsonElement root, DateTimeOffset now)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("readings", out var entries)
            || entries.ValueKind != JsonValueKind.Array
        )
        {
            return Malformed("The body must be an object with an array named readings.");
        }

        if (entries.GetArrayLength() is var count && count is 0 or > MaximumReadings)
        {
            return Malformed($"readings holds {count} entries. Send 1 to 1000.");
        }

        var readings = new List<ReportedReading>(count);
        foreach (var entry in entries.EnumerateArray())
        {
            if (Read(entry, $"readings[{readings.Count}]", now, out var refusal) is not { } reading)
            {
                return new ParsedBulk([], refusal);
            }

            readings.Add(reading);
        }

        return new ParsedBulk(readings, Refusal: null);
    }

    private static ReportedReading? Read(
        JsonElement entry,
        string where,
        DateTimeOffset now,
        out ParsedUplink.Refused? refusal
    )
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            refusal = Malformed($"{where} is not an object.").Refusal;
            return null;
        }

        var fields = new FieldReader(entry, where);
        var unit = fields.Id(["unit_id", "unitId"]);
        var reporter = fields.Id(["device_id", "deviceId"]);
        var supersedes = fields.Id(["supersedes"]);
        var source = fields.Text("source", 16) ?? Sources[0];
        var signal = fields.Number(["signal_strength", "signalStrength"], -999, 999);
        var unitText = fields.Text("temperature_unit", 16) ?? fields.Text("temperatureUnit", 16);
        var values = PayloadDecoder.Read(entry).OfSensorIn(TemperatureUnit.Celsius);
        var recordedAt = fields.Find(["recorded_at", "recordedAt"], out _) is { } time ? ReadingTime.Read(time) : null;
        var malformed =
            fields.Problem
            ?? (unit is null ? $"{where}.unit_id is missing." : null)
            ?? (recordedAt is null ? $"{where}.recorded_at is missing or not an RFC 3339 time." : null)
            ?? (
                unitText is null || Degrees.ParseUnit(unitText) is not null
                    ? null
                    : $"{where}.temperature_unit is neither C nor F."
            )
            ?? (Sources.Contains(source) ? null : $"{where}.source is none of api, ttn, manual and import.");
        if (malformed is not null)
        {
            refusal = Malformed(malformed).Refusal;
            return null;
        }

        var reading = new ReportedReading(
            unit!.Value,
            reporter,
            recordedAt!.Value,
            source,
            values,
            (int?)signal,
            supersedes
        );
        refusal =
            values.Dropped is [var unusable, ..] ? Unusable($"{where}.{unusable.Field} {unusable.Reason}.")
            : LostTemperature(values) is { } lost ? Unusable($"{where}.{lost}")
            : reading.Measure(TemperatureUnit.Celsius).IsEmpty
                ? Unusable($"{where} holds no temperature, humidity, battery or door state.")
            : ReadingTime.IsPlausible(reading.RecordedAt, now) ? null
            : Unusable($"{where}.recorded_at lies outside the time that readings can have.");
        return refusal is null ? reading : null;
    }

    /// <summary>An entry whose temperature is not read is not stored without it.</summary>
    private static string? LostTemperature(DecodedPayload values) =>
        values is { Temperatures.Count: > 0 } ? null
        : values.Unknown is [var unknown, ..]
            ? $"{unknown} looks like a temperature and is not known. Name it temperature."
        : values.HasHistory ? "temperature is a list or a history. Send an entry for each moment."
        : null;

    private static ParsedBulk Malformed(string message) =>
        new([], new ParsedUplink.Refused(StatusCodes.Status400BadRequest, message));

    private static ParsedUplink.Refused Unusable(string message) =>
        new(StatusCodes.Status422UnprocessableEntity, message);
}
