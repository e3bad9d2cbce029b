namespace FreshTrack.Api;

/// <summary>The unit of a temperature, as <c>C</c> or <c>F</c> on the wire and in the database.</summary>
public enum TemperatureUnit
{
    Celsius,
    Fahrenheit,
}
