namespace FreshTrack.Api.Alerts;

/// <summary>What this program raises alerts for; the other labels of <c>alert_type</c> come from elsewhere.</summary>
internal enum AlertKind
{
    /// <summary>The temperature has been outside the unit's limits for longer than the rule's delay.</summary>
    TempExcursion,

    LowBattery,

    DoorOpen,

    /// <summary>No reading for longer than the rule allows.</summary>
    MonitoringInterrupted,
}

internal enum AlertSeverity
{
    Warning,
    Critical,
}

internal static class AlertLabels
{
    /// <summary>The label of <c>alert_type</c>.</summary>
    public static string Label(this AlertKind kind) =>
        kind switch
        {
            AlertKind.TempExcursion => "temp_excursion",
            AlertKind.LowBattery => "low_battery",
            AlertKind.DoorOpen => "door_open",
            _ => "monitoring_interrupted",
        };

    /// <summary>The label of <c>alert_severity</c>.</summary>
    public static string Label(this AlertSeverity severity) =>
        severity == AlertSeverity.Critical ? "critical" : "warning";
}
