using FreshTrack.Verification;

namespace FreshTrack.Cutover;

/// <summary>How gate, report, summary, board and console write figures: the same everywhere, on any machine. A rounded
/// figure that was not measured is a dash.</summary>
public static class Format
{
    private const int MostNames = 5;
    private const string None = "–";

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>Thousands apart. Sums of counts are decimals, which no counts overflow.</summary>
    public static string Count(decimal count) => count.ToString("N0");

    /// <summary>As precise as it was measured: 149.96 must not read as 150.</summary>
    public static string Ms(double milliseconds) => $"{milliseconds:0.###} ms";

    /// <inheritdoc cref="Ms(double)"/>
    public static string Ms(decimal milliseconds) => $"{milliseconds:0.###} ms";

    /// <summary>A difference with its sign, to the microsecond.</summary>
    public static string Shift(double milliseconds) => $"{milliseconds:+0.###;-0.###;0} ms";

    /// <summary>A p value; four digits are all that its approximation and other machines agree on.</summary>
    public static string Chance(double p) => p < 0.0001 ? "p < 0.0001" : $"p {p:0.0000}";

    /// <summary>As precise as a limit may be: 4.996% must not read as 5%.</summary>
    public static string Percent(decimal share) => $"{share * 100:0.####}%";

    /// <summary>Three digits that count, thousands apart: <c>0.25</c>, <c>41.3</c>, <c>3,146</c>.</summary>
    public static string Rounded(double value) =>
        Math.Abs(value) switch
        {
            >= 99.95 => value.ToString("N0"),
            >= 9.995 => value.ToString("0.#"),
            _ => value.ToString("0.##"),
        };

    public static string RoundedMs(double milliseconds) =>
        double.IsFinite(milliseconds) ? $"{Rounded(milliseconds)} ms" : None;

    public static string RoundedPercent(double share) => double.IsFinite(share) ? $"{share * 100:0.##}%" : None;

    public static string Rate(double perSecond, string what) =>
        double.IsFinite(perSecond) ? $"{perSecond:N0} {what}/s" : None;

    /// <summary>Decimal units, as disks and networks count.</summary>
    public static string Bytes(double bytes)
    {
        if (!double.IsFinite(bytes))
        {
            return None;
        }

        var unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            (bytes, unit) = (bytes / 1000, unit + 1);
        }

        return $"{(unit == 0 ? bytes.ToString("N0") : Rounded(bytes))} {Units[unit]}";
    }

    /// <summary><c>1.4 s</c> below a minute, <c>3 min 05 s</c> below an hour, <c>2 h 05 min</c> above.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 0)
        {
            return $"-{Duration(-seconds)}";
        }

        if (seconds < 60)
        {
            return $"{seconds:0.0} s";
        }

        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours < 1
            ? $"{time.Minutes} min {time.Seconds:00} s"
            : $"{(int)time.TotalHours} h {time.Minutes:00} min";
    }

    /// <summary>A moment of the plan: <c>T+15 min</c>, <c>T-24 h</c>.</summary>
    public static string FromZero(TimeSpan time)
    {
        var (sign, size) = (time < TimeSpan.Zero ? '-' : '+', time.Duration());
        return size >= TimeSpan.FromHours(5) && size.Minutes == 0
            ? $"T{sign}{size.TotalHours:0} h"
            : $"T{sign}{size.TotalMinutes:0} min";
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'");

    /// <summary>The first few names, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count <= MostNames
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames} more";

    /// <summary>A check's subject and reason; the subject once, and no full stop.</summary>
    public static string Reason(CheckResult check) =>
        check.Reason.StartsWith(check.Subject)
            ? check.Reason.TrimEnd('.')
            : $"{check.Subject}: {check.Reason.TrimEnd('.')}";
}
