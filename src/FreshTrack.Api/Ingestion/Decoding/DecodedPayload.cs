namespace FreshTrack.Api.Ingestion;

/// <summary>A temperature as a field reported it.</summary>
/// <param name="Unit">Null where neither the field's name nor the payload says it: it is the sensor's then.</param>
internal sealed record ReportedTemperature(string Field, decimal Value, TemperatureUnit? Unit)
{
    /// <summary>°C; decoders round °F to whole degrees.</summary>
    private const decimal FahrenheitTolerance = 0.3m;

    /// <summary>Rounded to hundredths.</summary>
    public decimal In(TemperatureUnit unit) => Degrees.Rounded(Degrees.Convert(Value, Known, unit));

    /// <summary>Whether another field of the same probe can have reported this one.</summary>
    public bool Differs(ReportedTemperature other) =>
        Math.Abs(In(TemperatureUnit.Celsius) - other.In(TemperatureUnit.Celsius))
        > (Known == other.Known ? 0 : FahrenheitTolerance);

    private TemperatureUnit Known =>
        Unit ?? throw new InvalidOperationException($"The unit of {Field} was not asked of its sensor.");
}

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

    /// <summary>The same with every temperature in a known unit and within its range; what lies outside is dropped.
    /// </summary>
    /// <param name="sensor">The unit of the temperatures that do not say theirs.</param>
    public DecodedPayload OfSensorIn(TemperatureUnit sensor)
    {
        var (temperatures, housings) = (Known(Temperatures, sensor), Known(Housings, sensor));
        return this with
        {
            Temperatures = [.. temperatures.Where(reported => OutOfRange(reported) is null)],
            Housings = [.. housings.Where(reported => OutOfRange(reported) is null)],
            Dropped = [.. Dropped, .. temperatures.Concat(housings).Select(OutOfRange).OfType<DroppedField>()],
        };
    }

    /// <param name="temperature">The temperature that counts.</param>
    /// <param name="stored">The unit of stored temperatures.</param>
    public Measurements Measure(ReportedTemperature? temperature, SensorFacts sensor, TemperatureUnit stored)
    {
        var (percent, volts) = BatteryReport.OfUplink(Battery, Voltage, sensor.Chemistry);
        var door = DoorAbility.Counts(sensor.Type) ? DoorOpen : null;
        return new Measurements(temperature?.In(stored), Humidity, percent, volts, door);
    }

    private static ReportedTemperature[] Known(IEnumerable<ReportedTemperature> reported, TemperatureUnit sensor) =>
        [.. reported.Select(temperature => temperature with { Unit = temperature.Unit ?? sensor })];

    private static DroppedField? OutOfRange(ReportedTemperature reported)
    {
        var (coldest, hottest) = Degrees.Range(reported.Unit!.Value);
        return reported.Value < coldest || reported.Value > hottest
            ? new DroppedField(
                reported.Field,
                Quantity.Temperature,
                DropCause.OutOfRange,
                $"is {reported.Value}, outside {coldest} to {hottest} {reported.Unit.Value.Symbol()}"
            )
            : null;
    }
}
