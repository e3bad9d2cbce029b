using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace FreshTrack.Api.Alerts;

/// <summary>Which alerts of an organization, newest first. A null filter lets everything through.</summary>
internal sealed record AlertsQuery
{
    public const int DefaultLimit = 100;
    public const int MaximumLimit = 500;

    private const string Time = "an ISO 8601 time such as 2026-01-15T00:00:00Z";

    private static readonly string[] StatusLabels = ["active", "acknowledged", "resolved", "escalated"];
    private static readonly string[] SeverityLabels = ["info", "warning", "critical"];
    private static readonly string[] TypeLabels =
    [
        "alarm_active",
        "monitoring_interrupted",
        "missed_manual_entry",
        "low_battery",
        "sensor_fault",
        "door_open",
        "calibration_due",
        "suspected_cooling_failure",
        "temp_excursion",
    ];

    public string[]? Statuses { get; private init; }

    public string[]? Severities { get; private init; }

    public string[]? Types { get; private init; }

    public Guid? Unit { get; private init; }

    /// <summary>The unit that temperatures are shown in; null as they are stored.</summary>
    public TemperatureUnit? TemperatureUnit { get; private init; }

    /// <summary>Triggered at or after.</summary>
    public DateTime? Since { get; private init; }

    /// <summary>Triggered at or before.</summary>
    public DateTime? Until { get; private init; }

    /// <summary>The last alert of the page before.</summary>
    public (DateTime TriggeredAt, Guid Id)? After { get; private init; }

    public int Limit { get; private init; } = DefaultLimit;

    /// <returns>Null, and which parameter is wrong, when the query string cannot be used.</returns>
    public static AlertsQuery? Parse(IQueryCollection parameters, out string problem)
    {
        var found = "";
        var query = new AlertsQuery
        {
            Statuses = Labels(parameters, "status", StatusLabels, ref found),
            Severities = Labels(parameters, "severity", SeverityLabels, ref found),
            Types = Labels(parameters, "type", TypeLabels, ref found),
            Unit = Value<Guid>(parameters, "unit", Guid.TryParse, "a UUID", ref found),
            TemperatureUnit = ShownTemperatures.Parse(
                "temperature_unit",
                parameters.TryGetValue("temperature_unit", out var shown) ? shown.ToString() : null,
                ref found
            ),
            Since = Value<DateTime>(parameters, "since", TryTime, Time, ref found),
            Until = Value<DateTime>(parameters, "until", TryTime, Time, ref found),
            After = Value<(DateTime, Guid)>(parameters, "cursor", TryPosition, "the next_cursor of a page", ref found),
            Limit =
                Value<int>(parameters, "limit", TryLimit, $"a whole number from 1 to {MaximumLimit}", ref found)
                ?? DefaultLimit,
        };
        problem = found.Length == 0 && query.Since > query.Until ? "since lies after until." : found;
        return problem.Length == 0 ? query : null;
    }

    /// <summary>Names the place after this alert; opaque to clients.</summary>
    public static string Cursor(Alert last) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{last.TriggeredAt.Ticks} {last.Id:N}"));

    private delegate bool TryParse<T>(string text, out T value);

    private static T? Value<T>(
        IQueryCollection parameters,
        string name,
        TryParse<T> tryParse,
        string expected,
        ref string problem
    )
        where T : struct
    {
        if (!parameters.TryGetValue(name, out var values))
        {
            return null;
        }

        if (tryParse(values.ToString(), out var value))
        {
            return value;
        }

        problem = $"{name} must be {expected}.";
        return null;
    }

    private static string[]? Labels(IQueryCollection parameters, string name, string[] known, ref string problem)
    {
        if (!parameters.TryGetValue(name, out var values))
        {
            return null;
        }

        var labels = values.ToString().Split(',', StringSplitOptions.TrimEntries);
        if (labels.All(label => known.Contains(label)))
        {
            return labels;
        }

        problem = $"{name} must be one or more of {string.Join(", ", known)}, with commas between.";
        return null;
    }

    private static bool TryTime(string text, out DateTime time) =>
        DateTime.TryParse(text, null, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static bool TryLimit(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, null, out number) && number is >= 1 and <= MaximumLimit;

    private static bool TryPosition(string text, out (DateTime, Guid) position)
    {
        position = default;
        var bytes = new byte[64];
        if (
            text.Length > 80
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || Encoding.ASCII.GetString(bytes, 0, written).Split(' ') is not [var ticks, var id]
            || !long.TryParse(ticks, NumberStyles.None, null, out var time)
            || time > DateTime.MaxValue.Ticks
            || !Guid.TryParseExact(id, "N", out var alert)
        )
        {
            return false;
        }

        position = (new DateTime(time, DateTimeKind.Utc), alert);
        return true;
    }
}
