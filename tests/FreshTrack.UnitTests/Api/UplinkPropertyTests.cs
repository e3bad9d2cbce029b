using CsCheck;
using FreshTrack.Api;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class UplinkPropertyTests
{
    private static readonly Gen<decimal> Celsius = Gen.Int[-10_000, 20_000].Select(hundredths => hundredths / 100m);

    [Fact]
    public void A_temperature_is_the_same_under_each_of_its_names() =>
        Gen.Select(Celsius, Gen.OneOf("temperature", "temp", "temperature_c"))
            .Sample((celsius, name) => Payload($$"""{ "{{name}}": {{Text(celsius)}} }""").Temperature == celsius);

    [Fact]
    public void Fahrenheit_is_converted_to_the_hundredth() =>
        Celsius.Sample(celsius =>
            Payload($$"""{ "temperature_f": {{Text((celsius * 9 / 5) + 32)}} }""").Temperature == celsius
        );

    [Fact]
    public void What_a_sensor_reports_is_stored_in_the_other_unit_and_read_back_without_a_change() =>
        Celsius.Sample(celsius =>
        {
            var stored = Degrees.Convert(celsius, TemperatureUnit.Celsius, TemperatureUnit.Fahrenheit);
            return stored == decimal.Round(stored, 2)
                && Degrees.Convert(stored, TemperatureUnit.Fahrenheit, TemperatureUnit.Celsius) == celsius;
        });

    [Fact]
    public void What_is_stored_is_shown_in_the_other_unit_to_the_hundredth() =>
        Celsius.Sample(stored =>
            Math.Abs(
                Degrees.Convert(
                    Degrees.Convert(stored, TemperatureUnit.Fahrenheit, TemperatureUnit.Celsius),
                    TemperatureUnit.Celsius,
                    TemperatureUnit.Fahrenheit
                ) - stored
            ) <= 0.01m
        );

    [Fact]
    public void Text_and_number_are_one_reading() =>
        Celsius.Sample(celsius =>
            Payload($$"""{ "temp": "{{Text(celsius)}}" }""") == Payload($$"""{ "temp": {{Text(celsius)}} }""")
        );

    [Fact]
    public void Volts_and_millivolts_are_one_reading() =>
        Gen.Int[1_000, 9_999]
            .Sample(millivolts =>
                Payload($$"""{ "vdd": {{millivolts}} }""").BatteryVoltage
                == Payload($$"""{ "battery_voltage": {{Text(millivolts / 1000m)}} }""").BatteryVoltage
            );

    [Fact]
    public void Any_number_is_a_storable_temperature_or_none() =>
        Gen.Double.Sample(number =>
        {
            var parsed = Uplinks.Parse(Uplinks.WithPayload($$"""{ "temperature": {{number.ToString("R")}} }"""));
            return parsed is ParsedUplink.Refused { Status: 400 }
                || ((ParsedUplink.Accepted)parsed).Uplink.Read(SensorFacts.Unknown)
                    is { Measured.Temperature: >= -100 and <= 200 }
                        or { Measured: null, Reason: UplinkReason.NoTemperature };
        });

    [Fact]
    public void Any_text_as_device_id_is_read_as_it_is_or_refused() =>
        Gen.String[Gen.Char, 1, 300]
            .Sample(text =>
            {
                var body = Uplinks
                    .WithPayload("""{ "temperature": 4 }""")
                    .Replace("\"fridge-1\"", System.Text.Json.JsonSerializer.Serialize(text));
                return Uplinks.Parse(body) switch
                {
                    ParsedUplink.Accepted accepted => accepted.Uplink.DeviceId == text || text.Any(char.IsSurrogate),
                    ParsedUplink.Refused refused => refused.Status == 400
                        && (text.Length > 256 || text.Any(char.IsSurrogate)),
                    _ => false,
                };
            });

    [Fact]
    public void Separators_and_case_of_an_EUI_change_nothing() =>
        Gen.Select(Gen.ULong, Gen.OneOf("", ":", "-", " ", "."), Gen.Bool)
            .Sample(
                (eui, separator, lower) =>
                {
                    var hex = eui.ToString("X16");
                    var spelled = string.Join(separator, hex.Chunk(2).Select(pair => new string(pair)));
                    var body = Uplinks
                        .WithPayload("""{ "temperature": 4 }""")
                        .Replace("24E124136B502217", lower ? spelled.ToLowerInvariant() : spelled);
                    return Uplinks.Accepted(body).DevEui == hex;
                }
            );

    private static Measurements Payload(string decoded) => Uplinks.Measured(decoded);

    private static string Text(decimal number) => number.ToString();
}
