namespace FreshTrack.Api.Alerts;

/// <summary>An alert in words, for dashboards and messages.</summary>
internal static class AlertText
{
    public static string Title(WatchedUnit unit, RaisedAlert alert) =>
        $"{unit.Name}: {Event(unit, alert)}{(alert.IsLate ? " (reported late)" : "")}";

    public static string Message(RaisedAlert alert) =>
        alert.Kind switch
        {
            AlertKind.TempExcursion when alert.IsLate =>
                $"Outside its limits since {Time(alert.Since)}; confirmed by the reading of {Time(alert.At)}"
                    + (alert.ResolvedAt is { } over ? $", over at {Time(over)}. " : ". ")
                    + "The readings arrived late.",
            AlertKind.TempExcursion =>
                $"Outside its limits since {Time(alert.Since)}; confirmed by the reading of {Time(alert.At)}.",
            AlertKind.LowBattery when alert.Sensor is { } sensor =>
                $"Reported at {Time(alert.At)}. Change the battery of {sensor}.",
            AlertKind.LowBattery => $"Reported at {Time(alert.At)}. Change the battery.",
            AlertKind.DoorOpen => $"Open since {Time(alert.Since)}.",
            _ => $"Nothing has arrived since {Time(alert.Since)}. "
                + "Log temperatures by hand until the sensor reports again.",
        };

    private static string Event(WatchedUnit unit, RaisedAlert alert) =>
        alert.Kind switch
        {
            AlertKind.TempExcursion => $"{Degrees(unit, alert.Temperature!.Value)} is "
                + (alert.Temperature > alert.Limit ? "above " : "below ")
                + Degrees(unit, alert.Limit!.Value),
            AlertKind.LowBattery => "battery of a sensor at "
                + (alert.Battery is > 0 and var percent ? $"{percent} %" : $"{alert.Voltage:0.00} V"),
            AlertKind.DoorOpen => "the door is open",
            _ => "no readings",
        };

    private static string Degrees(WatchedUnit unit, decimal stored) =>
        $"{unit.Shown.Show(stored):0.0#} {unit.Shown.Unit.Symbol()}";

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'");
}
