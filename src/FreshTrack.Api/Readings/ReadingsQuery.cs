using System.Globalization;

namespace FreshTrack.Api.Readings;

/// <summary>Which readings of a unit: from <see cref="Start"/> to <see cref="End"/>, both included, newest first.</summary>
internal sealed record ReadingsQuery(DateTime Start, DateTime End, int Limit, int Offset)
{
    public const int DefaultLimit = 100;
    public const int MaximumLimit = 1_000;
    public const int MaximumOffset = 1_000_000;

    /// <returns>Null, and which parameter is wrong, when the query string cannot be used.</returns>
    public static ReadingsQuery? Parse(IQueryCollection parameters, out string problem)
    {
        problem = "";
        var start = Time(parameters, "start", DateTime.UnixEpoch, ref problem);
        var end = Time(parameters, "end", DateTime.MaxValue.AddYears(-1), ref problem);
        var limit = Number(parameters, "limit", DefaultLimit, 1, MaximumLimit, ref problem);
        var offset = Number(parameters, "offset", 0, 0, MaximumOffset, ref problem);
        if (problem.Length == 0 && start > end)
        {
            problem = "start lies after end.";
        }

        return problem.Length == 0 ? new ReadingsQuery(start, end, limit, offset) : null;
    }

    private static DateTime Time(IQueryCollection parameters, string name, DateTime fallback, ref string problem)
    {
        if (!parameters.TryGetValue(name, out var values))
        {
            return DateTime.SpecifyKind(fallback, DateTimeKind.Utc);
        }

        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTime.TryParse(values.ToString(), CultureInfo.InvariantCulture, utc, out var time))
        {
            return time;
        }

        problem = $"{name} must be an ISO 8601 time such as 2026-01-15T00:00:00Z.";
        return fallback;
    }

    private static int Number(IQueryCollection parameters, string name, int fallback, int minimum, int maximum, ref string problem)
    {
        if (!parameters.TryGetValue(name, out var values))
        {
            return fallback;
        }

        if (int.TryParse(values.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        problem = string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {minimum} to {maximum}.");
        return fallback;
    }
}
