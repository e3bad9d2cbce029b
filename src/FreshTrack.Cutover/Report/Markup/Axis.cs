namespace FreshTrack.Cutover.Reporting.Markup;

/// <summary>One axis of a chart: where a value lies on it, from 0 to 1, and the labels that divide it evenly.</summary>
internal sealed record Axis(Func<double, double> Place, IReadOnlyList<string> Labels)
{
    private const int Divisions = 4;
    private const int MostSteps = 5;

    /// <summary>From 0 to a round number that no value exceeds.</summary>
    public static Axis Linear(double largest, Func<double, string> label)
    {
        var end = Round(double.IsFinite(largest) && largest > 0 ? largest : 1);
        return new Axis(
            value => value / end,
            [.. Enumerable.Range(0, Divisions + 1).Select(i => label(end * i / Divisions))]
        );
    }

    /// <summary>From 0 to the last second or a little beyond it, divided as people divide time.</summary>
    public static Axis Seconds(int last)
    {
        int[] steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];
        var step = steps.FirstOrDefault(step => last <= MostSteps * step, steps[^1]);
        var count = Math.Max(1, (last + step - 1) / step);
        return new Axis(
            value => value / (count * step),
            [.. Enumerable.Range(0, count + 1).Select(i => Format.Rounded(i * step))]
        );
    }

    /// <summary>Percentiles with as much room for 99 to 99.9 as for 90 to 99: the few slow requests are what
    /// matters.</summary>
    public static Axis Percentiles { get; } =
        new(
            percentile => Math.Min(1, -Math.Log10(Math.Max(1 - (percentile / 100), 1e-9)) / 4),
            ["0", "90", "99", "99.9", "99.99"]
        );

    private static double Round(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double[] steps = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10];
        return steps.First(step => (step * unit) >= value * (1 - 1e-12)) * unit;
    }
}
