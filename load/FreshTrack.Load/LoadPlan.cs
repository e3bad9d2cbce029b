using FreshTrack.Load.Scenarios;

namespace FreshTrack.Load;

/// <summary>Rates and times of a load test.</summary>
/// <param name="IngestionRate">TTN webhooks a second.</param>
/// <param name="ReadingsRate">Queries of a unit's last 24 hours a second.</param>
public sealed record LoadPlan(double IngestionRate, double ReadingsRate, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>The morning comes at this rate at most.</summary>
    private const double MorningRate = 200;

    /// <summary>Its first uplinks are not measured, like those of the day.</summary>
    private static readonly TimeSpan MorningWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Ten measured seconds are what the gate needs to compare with earlier runs.</summary>
    private static readonly TimeSpan ShortestMorning = TimeSpan.FromSeconds(10) + MorningWarmUp;

    /// <summary>Of a backlog that takes longer the first part is sent.</summary>
    private static readonly TimeSpan LongestMorning = TimeSpan.FromSeconds(60);

    /// <summary>2,640 requests of each of the two main scenarios in 22 s after 5 s of warm-up: a third more than the
    /// 2,000 that the default policy asks for.</summary>
    /// <remarks>
    /// 120 uplinks a second are what 36,000 sensors send at one uplink in five minutes; production has about 50 units.
    /// All scenarios run at
    /// once, as they do in production, where a query that starves ingestion (or the other way round) would not show one
    /// after the other; it
    /// also saves time. The replaced backend's limit on two cores was 290 and 240 a second, each alone.
    /// </remarks>
    public static LoadPlan Rehearsal { get; } = new(120, 120, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(22));

    /// <summary>Each of the other dashboard queries a second:
    /// a week of a unit, an organization's newest readings, its alerts.</summary>
    public double DashboardRate { get; init; } = 20;

    /// <summary>Acknowledged alerts a second.</summary>
    public double AcknowledgeRate { get; init; } = 5;

    /// <summary>The plan of a scale of rehearsal: «stress» has three times the arrivals for twice the time.</summary>
    /// <param name="scale">smoke, production, stress or a number of readings; only stress differs.</param>
    public static LoadPlan For(string scale) =>
        scale == "stress"
            ? new LoadPlan(360, 360, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(45))
            {
                DashboardRate = 60,
                AcknowledgeRate = 15,
            }
            : Rehearsal;

    /// <summary>The day's scenarios at once, and the morning after a cutover behind them.</summary>
    /// <remarks>A target whose alerts have all ended gets no <c>acknowledge_alert</c>: a policy that asks for it then
    /// says Inconclusive.</remarks>
    public IReadOnlyList<ScenarioRun> RunsAgainst(LoadTarget target, LoadTransport transport, int seed) =>
        [
            Daily(new TtnIngestionScenario(target, transport, seed), IngestionRate),
            Daily(new Readings24hScenario(target, transport, seed), ReadingsRate),
            Daily(new Readings7dBucketedScenario(target, transport, seed), DashboardRate),
            Daily(new LatestByOrganizationScenario(target, transport), DashboardRate),
            Daily(new AlertsListScenario(target, transport), DashboardRate),
            .. target.Alerts.Count > 0
                ? [Daily(new AcknowledgeAlertScenario(target, transport), AcknowledgeRate)]
                : Array.Empty<ScenarioRun>(),
            Morning(target, transport, seed),
        ];

    private ScenarioRun Daily(IScenario scenario, double rate) => new(scenario, rate, WarmUp, Duration);

    private ScenarioRun Morning(LoadTarget target, LoadTransport transport, int seed)
    {
        var arrivals = CutoverMorningScenario.Arrivals(target);
        var seconds = Math.Clamp(arrivals / MorningRate, ShortestMorning.TotalSeconds, LongestMorning.TotalSeconds);
        var rate = Math.Min(arrivals / seconds, MorningRate);
        // The users are measured: they come after the warm-up.
        var scenario = new CutoverMorningScenario(
            target,
            transport,
            seed,
            doorsOpen: (long)(rate * MorningWarmUp.TotalSeconds) + 1
        );
        return new ScenarioRun(scenario, rate, MorningWarmUp, TimeSpan.FromSeconds(seconds) - MorningWarmUp)
        {
            Delay = WarmUp + Duration,
        };
    }
}
