using FreshTrack.Load.Scenarios;

namespace FreshTrack.Load;

/// <summary>Rates and times of a load test.</summary>
/// <param name="IngestionRate">TTN webhooks a second.</param>
/// <param name="ReadingsRate">Queries of a unit's last 24 hours a second.</param>
public sealed record LoadPlan(double IngestionRate, double ReadingsRate, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>2,640 requests a scenario in 22 s after 5 s of warm-up: a third more than the 2,000 that the default policy asks for.</summary>
    /// <remarks>
    /// 120 uplinks a second are what 36,000 sensors send at one uplink in five minutes; production has about 50 units. Both scenarios run at
    /// once, as they do in production, where a query that starves ingestion (or the other way round) would not show one after the other; it
    /// also halves the time. The replaced backend's limit on two cores was 290 and 240 a second, each alone.
    /// </remarks>
    public static LoadPlan Rehearsal { get; } = new(120, 120, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(22));

    /// <summary>The plan of a scale of rehearsal: «stress» has three times the arrivals for twice the time.</summary>
    /// <param name="scale">smoke, production, stress or a number of readings; only stress differs.</param>
    public static LoadPlan For(string scale) => scale == "stress"
        ? new LoadPlan(360, 360, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(45))
        : Rehearsal;

    public IReadOnlyList<ScenarioRun> RunsAgainst(LoadTarget target, LoadTransport transport, int seed) =>
    [
        new(new TtnIngestionScenario(target, transport, seed), IngestionRate, WarmUp, Duration),
        new(new Readings24hScenario(target, transport, seed), ReadingsRate, WarmUp, Duration),
    ];
}
