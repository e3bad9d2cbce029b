namespace FreshTrack.Build.Benchmarking;

/// <summary>One measured comparison: an entry of <c>artifacts/benchmarks/&lt;suite&gt;.json</c>.</summary>
/// <param name="Ratio">Subject to reference, of medians.</param>
/// <param name="Limit">What the ratio must keep to; null where it is only reported.</param>
/// <param name="Aim">What is hoped for; null as above.</param>
/// <param name="Better"><c>lower</c> or <c>higher</c>.</param>
/// <param name="Subject">Medians of what is ours, by name and unit.</param>
/// <param name="Reference">Medians of what it is held against.</param>
public sealed record Figure(
    string Name,
    double Ratio,
    double? Limit,
    double? Aim,
    string Better,
    IReadOnlyDictionary<string, double> Subject,
    IReadOnlyDictionary<string, double> Reference
)
{
    /// <summary>A ratio that is no number keeps to no limit.</summary>
    public bool Holds() => Keeps(Limit);

    public bool IsAsHoped() => Keeps(Aim);

    public static Figure Lower(
        string name,
        string unit,
        double subject,
        double reference,
        double? limit,
        double? aim
    ) =>
        new(
            name,
            subject / reference,
            limit,
            aim,
            "lower",
            new Dictionary<string, double> { [unit] = subject },
            new Dictionary<string, double> { [unit] = reference }
        );

    public static Figure Higher(
        string name,
        string unit,
        double subject,
        double reference,
        double? limit,
        double? aim
    ) => Lower(name, unit, subject, reference, limit, aim) with { Better = "higher" };

    /// <summary>Too much is as wrong as too little: the larger of both to the smaller.</summary>
    public static Figure Either(
        string name,
        string unit,
        double subject,
        double reference,
        double? limit,
        double? aim
    ) =>
        Lower(name, unit, subject, reference, limit, aim) with
        {
            Ratio = Math.Max(subject / reference, reference / subject),
        };

    private bool Keeps(double? bound) =>
        !double.IsNaN(Ratio) && (bound is null || (Better == "lower" ? Ratio <= bound : Ratio >= bound));
}
