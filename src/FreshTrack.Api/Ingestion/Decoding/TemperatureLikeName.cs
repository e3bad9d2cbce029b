namespace FreshTrack.Api.Ingestion;

/// <summary>Whether a name that the table does not know looks like that of a measured temperature.</summary>
internal static class TemperatureLikeName
{
    private static readonly string[] Signs = ["temp", "celsius", "fahrenheit", "thermocouple", "pt100", "ds18b20"];

    /// <summary>Limits, alarms and settings beside a temperature, and words that only begin alike.</summary>
    private static readonly string[] NoMeasurement =
    [
        "alarm",
        "alert",
        "threshold",
        "limit",
        "min",
        "max",
        "change",
        "calibration",
        "offset",
        "unit",
        "status",
        "mode",
        "flag",
        "count",
        "interval",
        "enable",
        "target",
        "setpoint",
        "mutation",
        "exception",
        "attempt",
        "template",
    ];

    public static bool Is(string name) => ContainsAny(name, Signs) && !IsNoMeasurement(name);

    public static bool IsNoMeasurement(string name) => ContainsAny(name, NoMeasurement);

    private static bool ContainsAny(string name, string[] words) =>
        Array.Exists(words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
