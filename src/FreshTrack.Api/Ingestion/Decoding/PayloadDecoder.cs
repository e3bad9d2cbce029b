using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>Reads a decoded payload by the <see cref="PayloadFieldTable"/>. A field that cannot be used is dropped and
/// takes no other with it.</summary>
internal sealed class PayloadDecoder
{
    private const decimal DraginoNoProbe = 327.67m;
    private const decimal Ds18B20PowerOn = 85;

    /// <summary>24 bits, as Dragino's counters have.</summary>
    private const int LargestCount = 0xFF_FFFF;

    private readonly List<ReportedTemperature> temperatures = [];
    private readonly List<ReportedTemperature> housings = [];
    private readonly List<DroppedField> dropped = [];
    private readonly List<string> unknown = [];
    private decimal? humidity;
    private decimal? battery;
    private decimal? voltage;
    private bool? doorOpen;
    private int? doorOpenCount;
    private int? doorOpenSeconds;
    private bool hasHistory;
    private StatedUnit payloadUnit;

    private PayloadDecoder() { }

    /// <param name="decoded">An object, or undefined.</param>
    /// <param name="normalized"><c>normalized_payload</c>: an object, an array of them, or undefined.</param>
    public static DecodedPayload Read(JsonElement decoded, JsonElement normalized = default)
    {
        var decoder = new PayloadDecoder { payloadUnit = StatedUnit.OfPayload(decoded) };
        var fields = new List<(int Rank, string Name, JsonElement Value)>();
        decoder.Collect(decoded, fields);
        decoder.CollectNormalized(normalized, fields);
        return decoder.Read(fields);
    }

    /// <summary>An entry of a history, in the unit of its payload.</summary>
    public static DecodedPayload ReadPast(JsonElement entry, JsonElement payload)
    {
        var decoder = new PayloadDecoder
        {
            payloadUnit = StatedUnit.OfPayload(entry).Else(StatedUnit.OfPayload(payload)),
        };
        var fields = new List<(int Rank, string Name, JsonElement Value)>();
        decoder.Collect(entry, fields);
        return decoder.Read(fields);
    }

    /// <summary>Objects of <c>normalized_payload</c>, all of one time.</summary>
    public static DecodedPayload ReadPast(IEnumerable<JsonElement> measurements)
    {
        var fields = new List<(int Rank, string Name, JsonElement Value)>();
        foreach (var measurement in measurements)
        {
            CollectPaths(measurement, "normalized", fields);
        }

        return new PayloadDecoder().Read(fields);
    }

    /// <summary>A measurement of <c>normalized_payload</c> that says when it was taken.</summary>
    public static bool HasOwnTime(JsonElement measurement) => measurement.TryGetProperty("time", out _);

    private DecodedPayload Read(List<(int Rank, string Name, JsonElement Value)> fields)
    {
        // Stable: probes of one numbered name keep the order in which the decoder lists them.
        foreach (var (rank, name, value) in fields.OrderBy(field => field.Rank))
        {
            Add(PayloadFieldTable.All[rank], name, value);
        }

        return new DecodedPayload
        {
            Temperatures = temperatures,
            Housings = housings,
            Humidity = humidity,
            Battery = battery,
            Voltage = voltage,
            DoorOpen = doorOpen,
            DoorOpenCount = doorOpenCount,
            DoorOpenSeconds = doorOpenSeconds,
            Dropped = dropped,
            Unknown = unknown,
            HasHistory = hasHistory,
        };
    }

    private void Collect(JsonElement container, List<(int, string, JsonElement)> fields)
    {
        if (container.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var property in container.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (PayloadFieldTable.Rank(property.Name) is { } rank)
            {
                fields.Add((rank, property.Name, property.Value));
            }
            else if (TemperatureLikeName.Is(property.Name) && FieldReader.TryNumber(property.Value, out _))
            {
                unknown.Add(property.Name);
            }
            else
            {
                unknown.AddRange(NestedTemperatures.In(property));
            }
        }
    }

    /// <summary>Measurements with a time of their own are of an earlier moment than the uplink.</summary>
    private void CollectNormalized(JsonElement normalized, List<(int, string, JsonElement)> fields)
    {
        if (normalized.ValueKind == JsonValueKind.Array)
        {
            foreach (var measurement in normalized.EnumerateArray())
            {
                CollectNormalized(measurement, fields);
            }
        }
        else if (normalized.ValueKind == JsonValueKind.Object)
        {
            if (HasOwnTime(normalized))
            {
                hasHistory = true;
                return;
            }

            CollectPaths(normalized, "normalized", fields);
        }
    }

    private static void CollectPaths(JsonElement container, string path, List<(int, string, JsonElement)> fields)
    {
        foreach (var property in container.EnumerateObject())
        {
            var name = $"{path}.{property.Name}";
            if (PayloadFieldTable.Rank(name) is { } rank && property.Value.ValueKind != JsonValueKind.Null)
            {
                fields.Add((rank, name, property.Value));
            }
            else if (property.Value.ValueKind == JsonValueKind.Object)
            {
                CollectPaths(property.Value, name, fields);
            }
        }
    }

    private void Add(PayloadField field, string name, JsonElement value)
    {
        switch (field.Quantity)
        {
            case Quantity.Temperature or Quantity.Housing:
                AddTemperature(field, name, value);
                break;
            case Quantity.Humidity:
                humidity ??= Number(field, name, value, 0, 100) is { } percent ? Rounded(percent) : null;
                break;
            case Quantity.Battery:
                battery ??= Number(field, name, value, 0, 9_999);
                break;
            case Quantity.Voltage:
                voltage ??= Number(field, name, value, 0, 9_999) is { } volts ? BatteryReport.ToVolts(volts) : null;
                break;
            case Quantity.Door:
                doorOpen ??= Door(field, name, value);
                break;
            case Quantity.DoorCount:
                doorOpenCount ??= (int?)Number(field, name, value, 0, LargestCount);
                break;
            case Quantity.DoorDuration:
                doorOpenSeconds ??= Seconds(field, name, value);
                break;
            case Quantity.History:
                hasHistory = true;
                break;
            default:
                throw new InvalidOperationException($"The table names the unknown quantity {field.Quantity}.");
        }
    }

    private void AddTemperature(PayloadField field, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (!field.IsList)
            {
                // Dragino lists under the live name what it measured before.
                hasHistory = true;
                return;
            }

            foreach (var (index, probe) in value.EnumerateArray().Index())
            {
                AddTemperature(field, $"{name}[{index}]", probe);
            }

            return;
        }

        if (!FieldReader.TryNumber(value, out var number))
        {
            Drop<decimal>(field, name, DropCause.NotAValue, "is no number that can be used");
            return;
        }

        var stated = StatedUnit
            .OfName(field.Unit)
            .Else(StatedUnit.OfValue(value))
            .Else(payloadUnit)
            .Else(StatedUnit.OfFormat(field.Unit));
        if (stated.Unusable is { } unusable)
        {
            Drop<decimal>(field, name, DropCause.NotAValue, $"is in '{unusable}', which is neither °C nor °F");
            return;
        }

        var unit = stated.Known;
        if (MeansNoProbe(field.NoProbe, number, unit ?? TemperatureUnit.Celsius))
        {
            Drop<decimal>(field, name, DropCause.NoProbe, $"is {number}, which means that no probe measures");
            return;
        }

        (field.Quantity == Quantity.Housing ? housings : temperatures).Add(new ReportedTemperature(name, number, unit));
    }

    private decimal? Number(PayloadField field, string name, JsonElement value, decimal minimum, decimal maximum)
    {
        if (!FieldReader.TryNumber(value, out var number))
        {
            return Drop<decimal>(field, name, DropCause.NotAValue, "is no number that can be used");
        }

        return number < minimum || number > maximum
            ? Drop<decimal>(field, name, DropCause.OutOfRange, $"is {number}, outside {minimum} to {maximum}")
            : number;
    }

    private int? Seconds(PayloadField field, string name, JsonElement value) =>
        Number(field, name, value, 0, LargestCount) is { } duration
            ? (int)decimal.Round(field.Unit == FieldUnit.Minutes ? duration * 60 : duration)
            : null;

    private bool? Door(PayloadField field, string name, JsonElement value) =>
        // Sensative's decoder says true for open in one message and for closed in the other: none is better than a
        // wrong one.
        value.ValueKind == JsonValueKind.Object
            ? null
        : DoorState.Read(value) is { } open ? open
        : Drop<bool>(field, name, DropCause.NotAValue, "is neither open nor closed");

    private T? Drop<T>(PayloadField field, string name, DropCause cause, string reason)
        where T : struct
    {
        dropped.Add(new DroppedField(name, field.Quantity, cause, reason));
        return null;
    }

    private static bool MeansNoProbe(NoProbe values, decimal number, TemperatureUnit unit)
    {
        // Nothing that a probe could say is so large, and decimal has no room for every number times nine.
        var celsius =
            Math.Abs(number) > 1_000 ? number : Degrees.Rounded(Degrees.Convert(number, unit, TemperatureUnit.Celsius));
        return values switch
        {
            NoProbe.Dragino => celsius == DraginoNoProbe,
            NoProbe.DraginoDs18B20 => celsius is DraginoNoProbe or Ds18B20PowerOn,
            _ => false,
        };
    }

    // The database's numeric columns round half away from zero; so does what is answered before they do.
    private static decimal Rounded(decimal value) => decimal.Round(value, 2, MidpointRounding.AwayFromZero);
}
