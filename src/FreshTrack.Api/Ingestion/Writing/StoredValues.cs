namespace FreshTrack.Api.Ingestion;

/// <summary>Measurements as the table keeps and compares them.</summary>
internal static class StoredValues
{
    /// <summary>Rounded as the columns round: two decimals, voltage three.</summary>
    public static Measurements AsStored(this Measurements measured) =>
        measured with
        {
            Temperature = Round(measured.Temperature, 2),
            Humidity = Round(measured.Humidity, 2),
            BatteryVoltage = Round(measured.BatteryVoltage, 3),
        };

    /// <summary>The first field that both hold with different values; null when they can both be true.</summary>
    /// <remarks>Of equal voltages a percentage follows, whatever rule made it.</remarks>
    public static string? Contradiction(Measurements first, Measurements second)
    {
        var (one, other) = (first.AsStored(), second.AsStored());
        return one.Temperature != other.Temperature && one.Temperature is not null && other.Temperature is not null
                ? "temperature"
            : one.Humidity != other.Humidity && one.Humidity is not null && other.Humidity is not null ? "humidity"
            : one.DoorOpen != other.DoorOpen && one.DoorOpen is not null && other.DoorOpen is not null ? "door_open"
            : BatteryContradiction(one, other);
    }

    private static string? BatteryContradiction(Measurements one, Measurements other)
    {
        var haveVoltage = one.BatteryVoltage is not null && other.BatteryVoltage is not null;
        if (haveVoltage)
        {
            return one.BatteryVoltage == other.BatteryVoltage ? null : "battery_voltage";
        }

        return one.Battery is not null && other.Battery is not null && one.Battery != other.Battery ? "battery" : null;
    }

    private static decimal? Round(decimal? value, int decimals) =>
        value is { } number ? Math.Round(number, decimals, MidpointRounding.AwayFromZero) : null;
}
