using System.Globalization;

namespace FreshTrack.Api.Readings;

/// <summary>The times that a query may name: what the table can hold, and what an address can say.</summary>
internal static class ReadingTimes
{
    public static readonly DateTime Earliest = DateTime.UnixEpoch;

    public static readonly DateTime Latest = new(9998, 12, 31, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzz",
        "yyyy-MM-dd",
    ];

    /// <summary>An ISO 8601 time; without an offset it is UTC.</summary>
    /// <returns>Null, and what is wrong, when there is a text that is no such time.</returns>
    public static DateTime? Parse(string name, string? text, DateTime fallback, ref string problem)
    {
        if (text is null)
        {
            return fallback;
        }

        // In a query string «+» is a blank: 2026-01-15T00:00:00+01:00 arrives without it unless it was escaped.
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (
            DateTime.TryParseExact(text.Replace(' ', '+'), Formats, null, utc, out var time)
            && time >= Earliest
            && time <= Latest
        )
        {
            return time;
        }

        problem = $"{name} must be an ISO 8601 time such as 2026-01-15T00:00:00Z.";
        return null;
    }
}
