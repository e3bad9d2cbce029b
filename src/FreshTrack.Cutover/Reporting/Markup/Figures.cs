namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>How pages write numbers: the same on any machine, as precise as a reader needs.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    public static string Count(double count) => double.IsFinite(count) ? count.ToString("N0") : "–";

    public static string Ms(double milliseconds) => double.IsFinite(milliseconds) ? $"{Short(milliseconds)} ms" : "–";

    public static string Percent(double share) => double.IsFinite(share) ? (share * 100).ToString("0.##") + " %" : "–";

    public static string Rate(double perSecond, string what) =>
        double.IsFinite(perSecond) ? $"{Count(perSecond)} {what}/s" : "–";

    /// <summary>Decimal units, as disks and networks count.</summary>
    public static string Bytes(double bytes)
    {
        if (!double.IsFinite(bytes))
        {
            return "–";
        }

        var unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            (bytes, unit) = (bytes / 1000, unit + 1);
        }

        return $"{(unit == 0 ? Count(bytes) : Short(bytes))} {Units[unit]}";
    }

    /// <summary>Three digits that count, thousands apart: <c>0.25</c>, <c>41.3</c>, <c>3,146</c>.</summary>
    public static string Short(double value) =>
        Math.Abs(value) switch
        {
            >= 99.95 => value.ToString("N0"),
            >= 9.995 => value.ToString("0.#"),
            _ => value.ToString("0.##"),
        };

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");
}
