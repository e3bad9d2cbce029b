namespace FreshTrack.Cutover.Reporting;

public static class Minutes
{
    /// <summary><c>1.4 s</c> below a minute, <c>3 min 05 s</c> below an hour, <c>2 h 05 min</c> above.</summary>
    public static string Of(double seconds)
    {
        if (seconds < 60)
        {
            return $"{seconds:0.0} s";
        }

        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours < 1
            ? $"{time.Minutes} min {time.Seconds:00} s"
            : $"{(int)time.TotalHours} h {time.Minutes:00} min";
    }
}
