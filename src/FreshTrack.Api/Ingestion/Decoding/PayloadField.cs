namespace FreshTrack.Api.Ingestion;

/// <summary>What a field of a decoded payload reports.</summary>
internal enum Quantity
{
    Temperature,

    /// <summary>Of the device's own inside, such as its processor: no probe.</summary>
    Housing,

    Humidity,

    /// <summary>The battery in percent, or in volts where a decoder says so by its value.</summary>
    Battery,

    Voltage,
    Door,

    /// <summary>How often the door was opened.</summary>
    DoorCount,

    /// <summary>How long the door was open the last time.</summary>
    DoorDuration,

    /// <summary>Readings of an earlier time, in one field.</summary>
    History,
}

internal enum FieldUnit
{
    NoUnit,

    /// <summary>A temperature in the sensor's unit: °C, unless the payload, the sensor or its catalog entry says
    /// otherwise.</summary>
    OfSensor,

    /// <summary>A temperature in °C by its format, although its name does not say so: unless the payload says
    /// otherwise.</summary>
    CelsiusByFormat,
    Celsius,
    Fahrenheit,
    Percent,

    /// <summary>V, or mV from 10 on.</summary>
    Volts,

    Seconds,
    Minutes,
}

/// <summary>The values by which a maker says that nothing is connected.</summary>
internal enum NoProbe
{
    None,

    /// <summary>Dragino: 327.67 °C is an input without a sensor (0x7FFF).</summary>
    Dragino,

    /// <summary>The same, and 85 °C: what a DS18B20 reports after power-on, before its first measurement.</summary>
    DraginoDs18B20,
}

/// <summary>One name under which decoders report a quantity.</summary>
/// <param name="Name">Of a field in <c>decoded_payload</c>, in any case; <c>#</c> at its end stands for a number.
/// Names that begin with <c>normalized.</c> are paths in <c>normalized_payload</c>.</param>
/// <param name="Source">Where the name and the unit are documented.</param>
/// <param name="NoProbe">Which values mean that no probe is connected.</param>
/// <param name="IsList">Several probes may stand in one array.</param>
internal sealed record PayloadField(
    string Name,
    Quantity Quantity,
    FieldUnit Unit,
    string Source,
    NoProbe NoProbe = NoProbe.None,
    bool IsList = false
);
