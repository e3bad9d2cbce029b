using System.Text.Json;

namespace FreshTrack.Api.Ingestion;

/// <summary>The moment of a reading, as RFC 3339 text gives it.</summary>
internal static class ReadingTime
{
    /// <summary>No sensor of this product is older than The Things Stack v3.</summary>
    private static readonly DateTime Earliest = new(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>How far a sender's clock may run ahead of ours.
    /// A reading from ahead is recorded at its arrival.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>More than a reading's time can be clamped by.</summary>
    public static readonly TimeSpan LongestClamp = Ahead + TimeSpan.FromMinutes(1);

    /// <summary>UTC, cut to whole microseconds, so that a retry has the same time whatever the database rounds; null
    /// when it is no time with a zone.</summary>
    public static DateTime? Read(JsonElement value)
    {
        if (
            value.ValueKind != JsonValueKind.String
            || !FieldReader.TryText(value, out var text)
            || text.Length < 20
            || !HasZone(text)
            || !value.TryGetDateTimeOffset(out var time)
        )
        {
            return null;
        }

        return WholeMicroseconds(time.UtcDateTime);
    }

    /// <summary>The moment as the database keeps it, cut and not rounded: never later than it was.</summary>
    public static DateTime WholeMicroseconds(DateTime time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    public static bool IsPlausible(DateTime recordedAt, DateTimeOffset now) =>
        recordedAt >= Earliest && recordedAt <= now.UtcDateTime + Ahead;

    private static bool HasZone(string time) => time[^1] is 'Z' or 'z' || time[^6] is '+' or '-';
}
