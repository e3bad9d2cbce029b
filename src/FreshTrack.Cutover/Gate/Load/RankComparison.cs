namespace FreshTrack.Cutover.Gating;

/// <summary>Whether and by how much the values of one sample lie above those of another, by ranks: no value far out
/// decides.</summary>
/// <param name="P">One-sided p value of the Mann–Whitney test: how often chance alone would put the first sample this
/// far above the second.</param>
/// <param name="Shift">Hodges–Lehmann estimate: the median of all differences between a value of the first and one of
/// the second.</param>
/// <remarks>The p value comes from the normal approximation with tie and continuity correction, which is good from ten
/// values a side.</remarks>
internal sealed record RankComparison(double P, double Shift)
{
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static RankComparison Of(IReadOnlyList<double> values, IReadOnlyList<double> others)
    {
        if (values.Count == 0 || others.Count == 0)
        {
            throw new ArgumentException(
                $"Cannot compare {values.Count} values with {others.Count}; expected at least one on either side.",
                nameof(values)
            );
        }

        return new RankComparison(
            PValue(values, others),
            Median(values.SelectMany(value => others, (value, other) => value - other))
        );
    }

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }

    private static double PValue(IReadOnlyList<double> values, IReadOnlyList<double> others)
    {
        double n = values.Count,
            m = others.Count,
            all = n + m;
        double ranks = 0,
            ties = 0,
            below = 0;
        foreach (
            var group in values
                .Select(value => (Value: value, Own: true))
                .Concat(others.Select(value => (Value: value, Own: false)))
                .GroupBy(item => item.Value)
                .OrderBy(group => group.Key)
        )
        {
            // Equal values share the mean of their ranks.
            double size = group.Count();
            ranks += group.Count(item => item.Own) * (below + ((size + 1) / 2));
            ties += (size * size * size) - size;
            below += size;
        }

        var above = ranks - (n * (n + 1) / 2) - (n * m / 2);
        var variance = n * m / 12 * (all + 1 - (ties / (all * (all - 1))));
        return variance > 0 ? UpperTail((above - 0.5) / Math.Sqrt(variance)) : 1;
    }

    /// <summary>The normal distribution's share above <paramref name="z"/>, to seven digits (Abramowitz and Stegun,
    /// 26.2.17).</summary>
    private static double UpperTail(double z)
    {
        if (z < 0)
        {
            return 1 - UpperTail(-z);
        }

        var t = 1 / (1 + (0.2316419 * z));
        var series =
            t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * series;
    }
}
