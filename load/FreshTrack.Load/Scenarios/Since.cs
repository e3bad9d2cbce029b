namespace FreshTrack.Load.Scenarios;

/// <summary>The part of a query that asks for the time up to now.</summary>
internal static class Since
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <returns><c>start=…&amp;end=…</c>.</returns>
    public static string Query(TimeProvider clock, TimeSpan span)
    {
        var end = clock.GetUtcNow();
        return $"start={Text(end - span)}&end={Text(end)}";
    }

    private static string Text(DateTimeOffset time) => time.ToString(TimeFormat);
}
