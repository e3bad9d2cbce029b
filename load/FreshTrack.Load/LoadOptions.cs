using FreshTrack.Cutover.Gating;

namespace FreshTrack.Load;

/// <summary>Limits of a load run; the defaults are those of a rehearsal.</summary>
public sealed record LoadOptions
{
    /// <summary>After this time, up to a thirty-second part more, a request counts as failed.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Open requests of all scenarios beyond which an arrival is not sent and counts as failed.</summary>
    public int MaxInFlight { get; init; } = 10_000;

    /// <summary>Where <c>load-SCENARIO.hlog</c> files go; null writes none.</summary>
    public string? HistogramFolder { get; init; }

    /// <summary>The policy's limits: a run that has missed one for long,
    /// and can only fail, is stopped. Empty stops none.</summary>
    public IReadOnlyList<LatencyLimit> Limits { get; init; } = [];

    /// <summary>So many seconds in a row must miss a limit before the run is stopped.</summary>
    public int BreachSeconds { get; init; } = 10;

    /// <summary>Clock of the machine: its timestamps measure, its time names the start of the run.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Where a load run stands; reported once a second.</summary>
public sealed record LoadProgress(TimeSpan Elapsed, TimeSpan Total, IReadOnlyList<ScenarioProgress> Scenarios);

/// <summary>Counts from the start, warm-up included.</summary>
/// <param name="P95">Milliseconds, of the newest measured second
/// whose requests have all finished; NaN before the first.</param>
public sealed record ScenarioProgress(string Scenario, long Due, long Ok, long Failed, double P95)
{
    public long InFlight => Due - Ok - Failed;
}
