namespace FreshTrack.Api.Ingestion;

/// <summary>A temperature in °C, rounded to hundredths, and the field that reported it.</summary>
/// <param name="Tolerance">How much another field of the same probe may differ: °F is often rounded.</param>
internal sealed record ReportedTemperature(string Field, decimal Celsius, decimal Tolerance);

internal enum DropCause
{
    OutOfRange,

    /// <summary>Text or a structure where a number or a state belongs, «NULL» included.</summary>
    NotAValue,

    /// <summary>The maker's value for an input to which nothing is connected.</summary>
    NoProbe,
}

/// <summary>A field that the table knows and whose value cannot be used.</summary>
/// <param name="Reason">Continues a sentence that begins with the field's name.</param>
internal sealed record DroppedField(string Field, Quantity Quantity, DropCause Cause, string Reason);

/// <summary>All that the table knows of one decoded payload, before it is decided which probe counts.</summary>
internal sealed record DecodedPayload
{
    /// <summary>In order of precedence.</summary>
    public required IReadOnlyList<ReportedTemperature> Temperatures { get; init; }

    /// <summary>Of the device's own inside: they count only when the sensor's setting names one.</summary>
    public IReadOnlyList<ReportedTemperature> Housings { get; init; } = [];

    /// <summary>Percent.</summary>
    public decimal? Humidity { get; init; }

    /// <summary>What the battery's own field says, in whatever unit.</summary>
    public decimal? Battery { get; init; }

    /// <summary>V, rounded to mV.</summary>
    public decimal? Voltage { get; init; }

    public bool? DoorOpen { get; init; }

    /// <summary>How often the door was opened, as the device counts.</summary>
    public int? DoorOpenCount { get; init; }

    /// <summary>How long the door was open the last time, in seconds.</summary>
    public int? DoorOpenSeconds { get; init; }

    public required IReadOnlyList<DroppedField> Dropped { get; init; }

    /// <summary>Fields that look like a temperature and that the table does not know.</summary>
    public required IReadOnlyList<string> Unknown { get; init; }

    public bool HasHistory { get; init; }

    /// <param name="temperature">The temperature that counts.</param>
    public Measurements Measure(ReportedTemperature? temperature, SensorFacts sensor)
    {
        var (percent, volts) = BatteryReport.OfUplink(Battery, Voltage, sensor.Chemistry);
        var door = DoorAbility.Counts(sensor.Type) ? DoorOpen : null;
        return new Measurements(temperature?.Celsius, Humidity, percent, volts, door);
    }
}
