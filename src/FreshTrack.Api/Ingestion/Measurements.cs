using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>The measurements of a decoded payload, under the names that common decoders give them.</summary>
internal sealed record Measurements(
    decimal? Temperature,
    decimal? Humidity,
    int? Battery,
    decimal? BatteryVoltage,
    bool? DoorOpen
)
{
    private const decimal ColdestCelsius = -100;
    private const decimal HottestCelsius = 200;

    private static readonly string[] Celsius =
    [
        "temperature",
        "temp",
        "temperature_c",
        "TempC_SHT",
        "Temp",
        "air_temperature",
    ];
    private static readonly string[] Fahrenheit = ["temperature_f"];
    private static readonly string[] Moisture =
    [
        "humidity",
        "relative_humidity",
        "rh",
        "Hum_SHT",
        "Humi",
        "air_humidity",
    ];
    private static readonly string[] BatteryLevel = ["battery", "battery_level", "batt"];
    private static readonly string[] Voltage = ["battery_voltage", "BatV", "BAT_V", "Bat_mV", "vdd", "Volt"];
    private static readonly string[] Door =
    [
        "door_open",
        "door",
        "door_status",
        "magnet_status",
        "magnet",
        "DOOR_OPEN_STATUS",
        "OnOff",
    ];

    public bool IsEmpty =>
        this is { Temperature: null, Humidity: null, Battery: null, BatteryVoltage: null, DoorOpen: null };

    public static Measurements Read(FieldReader fields)
    {
        var (battery, voltage) = ReadBattery(fields);
        return new Measurements(
            ReadTemperature(fields),
            Rounded(fields.Number(Moisture, 0, 100), 2),
            battery,
            voltage,
            ReadDoor(fields)
        );
    }

    private static decimal? ReadTemperature(FieldReader fields) =>
        fields.Number(Celsius, ColdestCelsius, HottestCelsius) is { } celsius ? Rounded(celsius, 2)
        : fields.Number(Fahrenheit, ToFahrenheit(ColdestCelsius), ToFahrenheit(HottestCelsius)) is { } fahrenheit
            ? Rounded((fahrenheit - 32) * 5 / 9, 2)
        : null;

    private static decimal ToFahrenheit(decimal celsius) => (celsius * 9 / 5) + 32;

    /// <summary>Decoders report percent, volts or millivolts:
    /// above 100 it is millivolts, a fraction below 10 is volts.</summary>
    private static (int? Percent, decimal? Volts) ReadBattery(FieldReader fields)
    {
        var volts = ToVolts(fields.Number(Voltage, 0, 9_999));
        return fields.Number(BatteryLevel, 0, 9_999) switch
        {
            null => (null, volts),
            > 100 and var millivolts => (null, volts ?? ToVolts(millivolts)),
            < 10 and var small when small != decimal.Truncate(small) => (null, volts ?? ToVolts(small)),
            { } percent => ((int)decimal.Round(percent, MidpointRounding.AwayFromZero), volts),
        };
    }

    private static decimal? ToVolts(decimal? value) => Rounded(value >= 10 ? value / 1000 : value, 3);

    private static bool? ReadDoor(FieldReader fields)
    {
        if (fields.Find(Door, out var name) is not { } value)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            // Sensative's decoder says true for open in one message and
            // for closed in the other: better none than a wrong one.
            JsonValueKind.Object => null,
            JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
            JsonValueKind.String when FieldReader.TryText(value, out var text) => text.ToUpperInvariant() switch
            {
                "OPEN" or "OPENED" => true,
                "CLOSE" or "CLOSED" => false,
                _ => fields.Refuse<bool>(name, "is neither open nor closed"),
            },
            _ => fields.Refuse<bool>(name, "is neither open nor closed"),
        };
    }

    // The database's numeric columns round half away from zero; so does what is answered before they do.
    private static decimal? Rounded(decimal? value, int decimals) =>
        value is { } number ? decimal.Round(number, decimals, MidpointRounding.AwayFromZero) : null;
}
