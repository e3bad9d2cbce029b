namespace FreshTrack.Cutover;

/// <summary>What a load run measured: the content of <c>load.json</c>, whichever runner produced it.</summary>
public sealed record LoadResult(string Runner, DateTimeOffset StartedAt, IReadOnlyList<ScenarioResult> Scenarios);

/// <summary>One scenario's counts and latencies. Rates are always computed from the counts.</summary>
/// <param name="Planned">Arrivals that the plan asked for, after the warm-up.</param>
/// <param name="Requests">Arrivals that were sent: <paramref name="Ok"/> plus <paramref name="Failed"/>.</param>
public sealed record ScenarioResult(string Scenario, double RatePerSecond, double DurationSeconds, long Planned, long Requests, long Ok, long Failed)
{
    /// <summary>From the intended start of a request to its last byte, all requests.</summary>
    public required Latency Latency { get; init; }

    /// <summary>From the actual start, all requests: what coordinated omission would report.</summary>
    public required Latency ServiceTime { get; init; }

    public Latency? OkLatency { get; init; }

    public Latency? FailedLatency { get; init; }

    /// <summary>HTTP status code, or the kind of transport error → requests.</summary>
    public IReadOnlyDictionary<string, long> Outcomes { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    public long ResponseBytes { get; init; }

    public IReadOnlyList<SecondResult> PerSecond { get; init; } = [];

    /// <summary>Why the figures must not be trusted (arrivals missed, generator saturated); null when they may be.</summary>
    public string? Unreliable { get; init; }

    public double ErrorRate => Requests == 0 ? double.NaN : (double)Failed / Requests;
}

/// <summary>Latency percentiles in milliseconds.</summary>
public sealed record Latency(double P50, double P75, double P95, double P99, double Max, double Mean);

public sealed record SecondResult(int Second, long Requests, long Failed, double P50, double P95);
