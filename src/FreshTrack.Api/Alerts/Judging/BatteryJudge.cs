namespace FreshTrack.Api.Alerts;

/// <summary>Batteries, by the limits of the system that was left: low at 10 % or less or below 2.5 V, good again above
/// 20 %. No percent and zero percent are no statement; a voltage alone is good again at 2.7 V.</summary>
internal sealed class BatteryJudge(WatchedUnit unit, AlertLedger alerts)
{
    private const int LowPercent = 10;
    private const int GoodPercent = 20;
    private const decimal LowVoltage = 2.5m;
    private const decimal GoodVoltage = 2.7m;

    private readonly Dictionary<Guid, DateTime> judged = unit
        .State.Reporters.Where(state => state.BatteryAt is not null)
        .ToDictionary(state => state.Id, state => state.BatteryAt!.Value);

    public void See(WatchedReading reading)
    {
        if (
            reading is { Battery: null, Voltage: null }
            || (judged.TryGetValue(reading.Reporter, out var at) && reading.At < at)
        )
        {
            return;
        }

        judged[reading.Reporter] = reading.At;
        if (IsLow(reading))
        {
            alerts.Raise(
                new RaisedAlert(
                    AlertKind.LowBattery,
                    AlertSeverity.Warning,
                    reading.At,
                    reading.At,
                    Battery: reading.Battery,
                    Voltage: reading.Voltage,
                    Sensor: reading.Sensor
                )
            );
        }
        else if (
            IsGood(reading)
            && alerts.Open(AlertKind.LowBattery) is { } low
            && (low.Sensor is null || low.Sensor == reading.Sensor)
        )
        {
            // Another sensor's good battery says nothing about the low one.
            alerts.Resolve(AlertKind.LowBattery, reading.At);
        }
    }

    public ReporterState Complete(ReporterState state) =>
        judged.TryGetValue(state.Id, out var at) ? state with { BatteryAt = at } : state;

    private static bool IsLow(WatchedReading reading) =>
        reading.Battery is > 0 and <= LowPercent || reading.Voltage is > 0 and < LowVoltage;

    private static bool IsGood(WatchedReading reading) =>
        reading.Battery is { } percent ? percent > GoodPercent : reading.Voltage >= GoodVoltage;
}
