using System.Globalization;

namespace FreshTrack.Api.Readings;

/// <summary>Which readings of a unit: from <see cref="Start"/> to <see cref="End"/>,
/// both included, newest first, behind <see cref="After"/> or <see cref="Offset"/>.</summary>
internal sealed record ReadingsQuery(DateTime Start, DateTime End, int Limit, int Offset, ReadingCursor? After)
{
    /// <summary>The unit that temperatures are shown in; null as they are stored.</summary>
    public TemperatureUnit? Unit { get; init; }

    public const int DefaultLimit = 100;
    public const int MaximumLimit = 1_000;
    public const int MaximumOffset = 1_000_000;

    /// <returns>Null, and which parameter is wrong, when the query string cannot be used.</returns>
    public static ReadingsQuery? Parse(ReadingsParameters parameters, out string problem)
    {
        problem = "";
        var start = ReadingTimes.Parse("start", parameters.Start, ReadingTimes.Earliest, ref problem);
        var end = ReadingTimes.Parse("end", parameters.End, ReadingTimes.Latest, ref problem);
        var limit = Number("limit", parameters.Limit, DefaultLimit, 1, MaximumLimit, ref problem);
        var offset = Number("offset", parameters.Offset, 0, 0, MaximumOffset, ref problem);
        var after = Cursor(parameters.Cursor, ref problem);
        var unit = ShownTemperatures.Parse("unit", parameters.TemperatureUnit, ref problem);
        if (after is not null && parameters.Offset is not null)
        {
            problem = "cursor and offset exclude each other: a cursor knows its place.";
        }

        if (start > end)
        {
            problem = "start lies after end.";
        }

        return problem.Length == 0
            ? new ReadingsQuery(start!.Value, end!.Value, limit, offset, after) { Unit = unit }
            : null;
    }

    private static ReadingCursor? Cursor(string? text, ref string problem)
    {
        if (text is null)
        {
            return null;
        }

        if (!ReadingCursor.TryParse(text, out var cursor))
        {
            problem = "cursor is none that an earlier answer gave as next_cursor. Ask again without it.";
        }

        return cursor;
    }

    private static int Number(string name, string? text, int fallback, int minimum, int maximum, ref string problem)
    {
        if (text is null)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, null, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        problem = $"{name} must be a whole number from {minimum} to {maximum}.";
        return fallback;
    }
}
