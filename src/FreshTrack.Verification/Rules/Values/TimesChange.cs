using System.Globalization;

namespace FreshTrack.Verification.Rules;

/// <summary>What is known of the times of one column on one side.</summary>
/// <param name="First">As PostgreSQL prints it in UTC; null when there is none.</param>
/// <param name="Fine">Those that are no whole milliseconds.</param>
internal sealed record Times(string? First, string? Last, long Values, long Fine)
{
    public override string ToString() => $"{First ?? "none"} to {Last ?? "none"}";
}

/// <summary>How the times of a column differ between the two sides, and what that looks like.</summary>
/// <param name="Violations">1 for moved bounds, and one for every value that lost precision.</param>
internal sealed record TimesChange(long Violations, IReadOnlyList<string> Said)
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FarthestZone = TimeSpan.FromHours(14);

    public static TimesChange Between(Times source, Times target, string column)
    {
        var moved = source.First != target.First || source.Last != target.Last;
        var coarsened = Math.Max(0, source.Fine - target.Fine);
        List<string> said = [];
        if (moved)
        {
            said.Add($"{column}: source {source}, target {target}.");
        }

        if (Shift(source, target) is { } shift)
        {
            said.Add(
                "All times are shifted by "
                    + $"{(shift < TimeSpan.Zero ? '-' : '+')}{shift.ToString(@"hh\:mm")}, as a time-zone slip makes."
            );
        }

        if (coarsened > 0)
        {
            said.Add($"{column}: precision lost: {coarsened} of {source.Values} values.");
        }

        return new TimesChange((moved ? 1 : 0) + coarsened, said);
    }

    /// <summary>Time zones lie whole quarters of an hour from UTC, and at most 14 hours.</summary>
    private static TimeSpan? Shift(Times source, Times target) =>
        Parse(target.First) - Parse(source.First) is { } shift
        && Parse(target.Last) - Parse(source.Last) == shift
        && shift != TimeSpan.Zero
        && shift.Ticks % Quarter.Ticks == 0
        && shift.Duration() <= FarthestZone
            ? shift
            : null;

    /// <summary>Null also for what .NET has no time for: infinity, BC.</summary>
    private static DateTimeOffset? Parse(string? time) =>
        DateTimeOffset.TryParse(time, null, DateTimeStyles.AssumeUniversal, out var parsed) ? parsed : null;
}
