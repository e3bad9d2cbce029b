using FreshTrack.Verification;

namespace FreshTrack.Cutover.Gating;

/// <summary>How the gate writes numbers and lists: the same on any machine.</summary>
internal static class Text
{
    private const int Named = 5;

    /// <summary>Thousands apart. Sums of counts are decimals, which no counts overflow.</summary>
    public static string Count(decimal count) => count.ToString("N0");

    /// <summary>As precise as it was measured: 149.96 must not read as 150.</summary>
    public static string Ms(double milliseconds) => milliseconds.ToString("0.###") + " ms";

    public static string Ms(decimal milliseconds) => milliseconds.ToString("0.###") + " ms";

    /// <summary>A difference with its sign, to the microsecond.</summary>
    public static string Shift(double milliseconds) => milliseconds.ToString("+0.###;-0.###;0") + " ms";

    /// <summary>A p value; four digits are all that its approximation and other machines agree on.</summary>
    public static string Chance(double p) => p < 0.0001 ? "p < 0.0001" : $"p {p:0.0000}";

    public static string Percent(decimal share) => (share * 100).ToString("0.####") + "%";

    public static string Reason(CheckResult item) => Reason(item.Subject, item.Reason);

    /// <summary>A check's subject and reason; the subject once, and no full stop.</summary>
    public static string Reason(string subject, string reason) =>
        reason.StartsWith(subject) ? reason.TrimEnd('.') : $"{subject}: {reason.TrimEnd('.')}";

    /// <summary>The first few names, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count <= Named
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(Named))} and {names.Count - Named} more";
}
