namespace FreshTrack.Api;

/// <summary>Temperatures in hundredths of a degree, and the one place that converts them.</summary>
/// <remarks>A hundredth of a °C is more than a hundredth of a °F: what a sensor reports in °C is stored in °F and read
/// back in °C without a change.</remarks>
internal static class Degrees
{
    /// <summary>°C; below it nothing that is cooled is measured.</summary>
    private const decimal Coldest = -100;

    /// <summary>°C.</summary>
    private const decimal Hottest = 200;

    private static readonly char[] Around = [' ', '\t', '.', '_', '-', '°', 'º', '˚', '(', ')', '[', ']'];

    private static readonly string[] Signs = ["degrees", "degree", "deg"];

    public static string Label(this TemperatureUnit unit) => unit == TemperatureUnit.Fahrenheit ? "F" : "C";

    /// <summary>As people read it: <c>°C</c>, <c>°F</c>.</summary>
    public static string Symbol(this TemperatureUnit unit) => $"°{unit.Label()}";

    /// <summary>In any case, with or without a sign of degrees, such as <c>°F</c>, <c>deg. F</c>, <c>℉</c> and
    /// <c>DEGREES_FAHRENHEIT</c>.</summary>
    /// <returns>Null when the text is none of a unit's usual names.</returns>
    public static TemperatureUnit? ParseUnit(string? text)
    {
        var name = (text ?? "").Replace('℃', 'C').Replace('℉', 'F').Trim(Around).ToLowerInvariant();
        var degrees = Array.Find(Signs, sign => name.StartsWith(sign) && name.Length > sign.Length);
        return name[(degrees?.Length ?? 0)..].TrimStart(Around) switch
        {
            "c" or "cel" or "celsius" or "celcius" or "centigrade" => TemperatureUnit.Celsius,
            "f" or "fahrenheit" or "fahr" => TemperatureUnit.Fahrenheit,
            _ => null,
        };
    }

    /// <summary>Rounded to hundredths, half away from zero as PostgreSQL's numeric does; unchanged when the units are
    /// equal.</summary>
    public static decimal Convert(decimal value, TemperatureUnit from, TemperatureUnit to) =>
        from == to ? value
        : to == TemperatureUnit.Fahrenheit ? Rounded(Fahrenheit(value))
        : Rounded((value - 32) * 5 / 9);

    public static decimal Rounded(decimal value) => decimal.Round(value, 2, MidpointRounding.AwayFromZero);

    /// <summary>What a sensor of a cold chain can measure, in this unit.</summary>
    public static (decimal Coldest, decimal Hottest) Range(TemperatureUnit unit) =>
        unit == TemperatureUnit.Fahrenheit ? (Fahrenheit(Coldest), Fahrenheit(Hottest)) : (Coldest, Hottest);

    private static decimal Fahrenheit(decimal celsius) => (celsius * 9 / 5) + 32;
}
