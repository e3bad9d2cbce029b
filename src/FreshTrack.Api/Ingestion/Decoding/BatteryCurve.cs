namespace FreshTrack.Api.Ingestion;

/// <summary>How full a battery is by its voltage, for each chemistry that the catalog of models names.</summary>
/// <remarks>Names, points and defaults are the former webhook's (<c>payloadNormalization.ts</c> of
/// getdatasurge/freshtrack-pro): V of the whole pack, percent between two points linear, 0 and 100 outside.</remarks>
internal sealed record BatteryCurve(string[] Chemistries, (decimal Volts, int Percent)[] Points)
{
    private static readonly BatteryCurve LiFeS2 = new(
        ["LiFeS2", "LiFeS2_AA", "Li-FeS2", "lithium", "Li"],
        [(1.80m, 0), (2.00m, 5), (2.40m, 20), (2.80m, 50), (3.20m, 80), (3.60m, 100)]
    );

    /// <summary>For a voltage whose battery nobody described.</summary>
    private static readonly BatteryCurve Unknown = new([], [(3.0m, 0), (3.6m, 100)]);

    private static readonly BatteryCurve[] Known =
    [
        new(["CR17450", "Li-MnO2"], [(2.50m, 0), (2.60m, 5), (2.75m, 20), (2.85m, 50), (2.95m, 80), (3.00m, 100)]),
        LiFeS2,
        new(["Alkaline", "Alkaline_AA"], [(1.60m, 0), (1.80m, 5), (2.00m, 15), (2.40m, 40), (2.80m, 70), (3.20m, 100)]),
        new(["CR2032"], [(2.20m, 0), (2.30m, 5), (2.50m, 20), (2.70m, 50), (2.90m, 80), (3.00m, 100)]),
    ];

    /// <param name="chemistry">In any case; one that no curve names counts as two LiFeS₂ cells, and none at all as a
    /// battery of which nothing is known.</param>
    public static BatteryCurve Of(string? chemistry) =>
        string.IsNullOrEmpty(chemistry)
            ? Unknown
            : Array.Find(Known, curve => curve.Chemistries.Contains(chemistry.Trim(), StringComparer.OrdinalIgnoreCase))
                ?? LiFeS2;

    public int Percent(decimal volts)
    {
        var above = Array.FindIndex(Points, point => point.Volts >= volts);
        if (above <= 0)
        {
            return above < 0 ? 100 : 0;
        }

        var ((low, least), (high, most)) = (Points[above - 1], Points[above]);
        return (int)
            decimal.Round(least + ((most - least) * (volts - low) / (high - low)), MidpointRounding.AwayFromZero);
    }
}
