namespace FreshTrack.Api.Readings;

/// <summary>A long range in few points: from <see cref="Start"/> up to <see cref="End"/>, both included, in steps
/// aligned to UTC.</summary>
internal sealed record BucketQuery(DateTime Start, DateTime End, TimeSpan Width)
{
    /// <summary>The unit that temperatures are shown in; null as they are stored.</summary>
    public TemperatureUnit? Unit { get; init; }

    /// <summary>34 days of 5 minutes, 13 months of hours, 27 years of days.</summary>
    public const int MaximumBuckets = 10_000;

    /// <returns>Null, and which parameter is wrong, when the query string cannot be used.</returns>
    public static BucketQuery? Parse(ReadingsParameters parameters, DateTime now, out string problem)
    {
        problem = "";
        var start = ReadingTimes.Parse("start", parameters.Start, ReadingTimes.Earliest, ref problem);
        var end = ReadingTimes.Parse("end", parameters.End, now, ref problem);
        var unit = ShownTemperatures.Parse("unit", parameters.TemperatureUnit, ref problem);
        TimeSpan? width = parameters.Bucket switch
        {
            "5m" => TimeSpan.FromMinutes(5),
            "1h" => TimeSpan.FromHours(1),
            "1d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (width is null)
        {
            problem = "bucket must be 5m, 1h or 1d.";
        }
        else if (parameters.Limit is not null || parameters.Offset is not null || parameters.Cursor is not null)
        {
            problem = "bucket takes start and end; limit, offset and cursor belong to single readings.";
        }
        else if (parameters.Start is null)
        {
            problem = "bucket needs a start.";
        }
        else if (start > end)
        {
            problem = "start lies after end.";
        }
        else if ((end - start) / width > MaximumBuckets)
        {
            problem =
                $"start to end holds more than {MaximumBuckets} buckets of {parameters.Bucket}. "
                + "Take a wider bucket or a shorter range.";
        }

        return problem.Length == 0 ? new BucketQuery(start!.Value, end!.Value, width!.Value) { Unit = unit } : null;
    }
}
