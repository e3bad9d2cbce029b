using System.Globalization;

namespace FreshTrack.Cutover.Reporting;

public static class Minutes
{
    /// <summary><c>1.4 s</c> below a minute, <c>3 min 05 s</c> below an hour, <c>2 h 05 min</c> above.</summary>
    public static string Of(double seconds)
    {
        if (seconds < 60)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
        }

        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min");
    }
}
