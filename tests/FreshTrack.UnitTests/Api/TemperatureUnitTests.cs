using FreshTrack.Api;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

/// <summary>Whose word counts for the unit of a temperature in a payload.</summary>
public sealed class TemperatureUnitTests
{
    [Theory]
    // Nobody says it: the sensor's.
    [InlineData("""{ "temperature": 4.25 }""", "C", "4.25")]
    [InlineData("""{ "temperature": 39.65 }""", "F", "4.25")]
    [InlineData("""{ "temp": 0 }""", "F", "-17.78")]
    // The field's name says it.
    [InlineData("""{ "TempC_SHT": 4.25 }""", "F", "4.25")]
    [InlineData("""{ "temperature_c": 4.25 }""", "F", "4.25")]
    [InlineData("""{ "temperature_f": 39.65 }""", "C", "4.25")]
    [InlineData("""{ "TempF_DS": 39.65 }""", "C", "4.25")]
    // The payload says it, for the fields whose names do not.
    [InlineData("""{ "temperature": { "value": 39.65, "unit": "°F" } }""", "C", "4.25")]
    [InlineData("""{ "temperature": { "value": 4.25, "unit": "°C" } }""", "F", "4.25")]
    [InlineData("""{ "temperature": 39.65, "temperature_unit": "F" }""", "C", "4.25")]
    [InlineData("""{ "temp": 4.25, "unit": "°C" }""", "F", "4.25")]
    [InlineData("""{ "temp": 39.65, "unit": "Fahrenheit" }""", "C", "4.25")]
    [InlineData("""{ "temperature_c": 4.25, "unit": "F" }""", "C", "4.25")]
    // A format means °C by a name that does not say it: only what the payload says counts before.
    [InlineData("""{ "temperature_1": 4.25 }""", "F", "4.25")]
    [InlineData("""{ "temperature_1": 39.65, "temperature_unit": "F" }""", "C", "4.25")]
    [InlineData("""{ "Temp_Channel1": { "value": 39.65, "unit": "°F" } }""", "C", "4.25")]
    [InlineData("""{ "Temp_Red": 39.65, "temp_unit": "F" }""", "C", "4.25")]
    // Not every unit is one of temperature.
    [InlineData("""{ "temperature": 4.25, "unit": "kitchen" }""", "C", "4.25")]
    public void Field_payload_and_sensor_are_asked_in_this_order(string payload, string sensor, string celsius)
    {
        var unit = Degrees.ParseUnit(sensor)!.Value;
        var uplink = Uplinks.Accepted(Uplinks.WithPayload(payload)).OfSensorIn(unit);

        Assert.Equal(decimal.Parse(celsius), uplink.Read(Stored(TemperatureUnit.Celsius)).Measured!.Temperature);
        Assert.InRange(
            Degrees.Convert(decimal.Parse(celsius), TemperatureUnit.Celsius, TemperatureUnit.Fahrenheit)
                - uplink.Read(Stored(TemperatureUnit.Fahrenheit)).Measured!.Temperature!.Value,
            -0.01m,
            0.01m
        );
    }

    [Theory]
    [InlineData("°F")]
    [InlineData("ºf")]
    [InlineData("℉")]
    [InlineData("deg F")]
    [InlineData("deg. F")]
    [InlineData("degF")]
    [InlineData("Degrees Fahrenheit")]
    [InlineData("DEGREE_FAHRENHEIT")]
    [InlineData("fahr.")]
    [InlineData("[degF]")]
    [InlineData("(F)")]
    [InlineData("˚F")]
    public void Unit_is_known_in_every_usual_spelling(string unit) =>
        Assert.Equal(
            4.25m,
            Uplinks.Measured($$"""{ "temperature": 39.65, "temperature_unit": "{{unit}}" }""").Temperature
        );

    [Theory]
    [InlineData("temperature_unit")]
    [InlineData("temperature_units")]
    [InlineData("temp_unit")]
    [InlineData("temp_units")]
    [InlineData("temperatureUnit")]
    [InlineData("temperatureUnits")]
    [InlineData("tempUnit")]
    [InlineData("tempUnits")]
    [InlineData("unit")]
    [InlineData("units")]
    [InlineData("Temperature_Unit")]
    [InlineData("TEMPUNIT")]
    [InlineData("Unit")]
    public void Unit_is_known_under_each_of_its_names_in_any_case(string name) =>
        Assert.Equal(4.25m, Uplinks.Measured($$"""{ "temperature": 39.65, "{{name}}": "F" }""").Temperature);

    [Theory]
    [InlineData("°C")]
    [InlineData("Cel")]
    [InlineData("Celcius")]
    [InlineData("degrees Celsius")]
    public void Celsius_is_known_where_the_sensor_reports_in_Fahrenheit(string unit)
    {
        var payload = $$"""{ "temperature": { "value": 4.25, "unit": "{{unit}}" } }""";
        var uplink = Uplinks.Accepted(Uplinks.WithPayload(payload)).OfSensorIn(TemperatureUnit.Fahrenheit);

        Assert.Equal(4.25m, uplink.Read(Stored(TemperatureUnit.Celsius)).Measured?.Temperature);
    }

    /// <remarks>As °C they would be stored as other temperatures than were measured.</remarks>
    [Theory]
    [InlineData("""{ "temperature": 39.65, "temperature_unit": "K" }""")]
    [InlineData("""{ "temperature": 39.65, "tempUnit": "Rankine" }""")]
    [InlineData("""{ "temperature": { "value": 39.65, "unit": "K" } }""")]
    [InlineData("""{ "temperature_unit": "K", "temp": 39.65, "humidity": 60 }""")]
    public void Temperature_in_another_unit_is_none(string payload) =>
        Assert.Equal(
            (null, UplinkReason.NoTemperature),
            (Uplinks.Reading(payload).Measured, Uplinks.Reading(payload).Reason)
        );

    [Fact]
    public void Field_whose_name_says_its_unit_needs_no_other() =>
        Assert.Equal(4.25m, Uplinks.Measured("""{ "TempC_SHT": 4.25, "temperature_unit": "K" }""").Temperature);

    [Theory]
    [InlineData(-100, "C", true)]
    [InlineData(-100.1, "C", false)]
    [InlineData(200.1, "C", false)]
    [InlineData(392, "F", true)]
    [InlineData(392.1, "F", false)]
    [InlineData(-148.1, "F", false)]
    public void Range_is_that_of_the_sensor_s_unit(double reported, string sensor, bool isTaken)
    {
        var uplink = Uplinks
            .Accepted(Uplinks.WithPayload($$"""{ "temperature": {{reported}} }"""))
            .OfSensorIn(Degrees.ParseUnit(sensor)!.Value);

        Assert.Equal(isTaken, uplink.Read(Stored(TemperatureUnit.Fahrenheit)).Measured is not null);
        Assert.Equal(isTaken ? 0 : 1, uplink.Payload!.Dropped.Count(field => field.Cause == DropCause.OutOfRange));
    }

    [Theory]
    [InlineData("""{ "temperature": 5, "temperature_f": 41 }""", null)]
    [InlineData("""{ "temperature": 5, "temperature_f": 50 }""", UplinkReason.SeveralProbes)]
    // Decoders round °F to whole degrees: 40 °F is 4.44 °C.
    [InlineData("""{ "temperature": 4.25, "temperature_f": 40 }""", null)]
    [InlineData("""{ "temperature": 4.1, "temperature_f": 40 }""", UplinkReason.SeveralProbes)]
    public void One_probe_in_both_units_is_one_probe(string payload, string? reason) =>
        Assert.Equal(reason, Uplinks.Reading(payload).Reason);

    private static Device Stored(TemperatureUnit unit) => Uplinks.Sensor(SensorFacts.Unknown, unit);
}
