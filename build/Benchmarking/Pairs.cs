namespace FreshTrack.Build.Benchmarking;

/// <summary>Measurements of subject and reference, taken alternately so that a noisy machine disturbs both.</summary>
public sealed record Pairs(IReadOnlyList<double> Subject, IReadOnlyList<double> Reference)
{
    public double SubjectMedian => Median(Subject);

    public double ReferenceMedian => Median(Reference);

    public double Ratio => SubjectMedian / ReferenceMedian;

    /// <param name="subject">Measures once and returns the value.</param>
    public static async Task<Pairs> MeasureAsync(
        int count,
        Func<Task<double>> subject,
        Func<Task<double>> reference,
        IProgress<string> progress
    )
    {
        var pairs = new Pairs(new List<double>(), new List<double>());
        var (ours, theirs) = ((List<double>)pairs.Subject, (List<double>)pairs.Reference);
        for (var pair = 1; pair <= count; pair++)
        {
            progress.Report($"pair {pair} of {count}");
            theirs.Add(await reference());
            ours.Add(await subject());
        }

        return pairs;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
