namespace FreshTrack.Load;

/// <summary>A scenario and when its requests come.</summary>
/// <param name="RatePerSecond">Arrivals a second, from the warm-up on.</param>
/// <param name="WarmUp">Requests are sent and left out of the figures.</param>
/// <param name="Duration">The measured time after the warm-up.</param>
public sealed record ScenarioRun(IScenario Scenario, double RatePerSecond, TimeSpan WarmUp, TimeSpan Duration)
{
    /// <summary>Arrivals a second at the end of the measured time,
    /// to which the rate changes evenly; null keeps it.</summary>
    public double? RampTo { get; init; }

    /// <summary>From the start of the run to the scenario's first arrival: for what comes after the others.</summary>
    public TimeSpan Delay { get; init; }
}
