using System.Text.Json.Serialization;

namespace FreshTrack.Cutover.Evidence;

/// <summary>What a load run measured: the content of <c>load.json</c>, whichever runner produced it.</summary>
public sealed record LoadResult(string Runner, DateTimeOffset StartedAt, IReadOnlyList<ScenarioResult> Scenarios)
{
    /// <summary>What generating the load cost; null where the runner does not measure it.</summary>
    public GeneratorUse? Generator { get; init; }

    /// <summary>Why the run ended before its plan was done; null when it was done.</summary>
    public string? Stopped { get; init; }
}

/// <summary>What the load generator itself used while it ran.</summary>
/// <param name="CpuShare">Of all cores of the machine, 0 to 1.</param>
/// <param name="CollectorPauseSeconds">Time that the garbage collector held all threads.</param>
public sealed record GeneratorUse(int Cores, double CpuShare, int Collections, double CollectorPauseSeconds);

/// <summary>One scenario's counts and latencies. Rates are always computed from the counts.</summary>
/// <param name="Planned">Arrivals that the plan asked for, after the warm-up; in a run that was stopped, only those
/// that fell due until then.</param>
/// <param name="Requests">Arrivals that fell due: <paramref name="Ok"/> plus <paramref name="Failed"/>.</param>
/// <param name="Failed">Requests that were refused, answered wrongly, too late, or <see cref="NotSent"/>.</param>
public sealed record ScenarioResult(
    string Scenario,
    double RatePerSecond,
    double DurationSeconds,
    long Planned,
    long Requests,
    long Ok,
    long Failed
)
{
    /// <summary>From the intended start of a request to its last byte, all requests; NaN where there was
    /// none.</summary>
    public required Latency Latency { get; init; }

    /// <summary>From the actual start, all requests: what coordinated omission would report.</summary>
    public required Latency ServiceTime { get; init; }

    public Latency? OkLatency { get; init; }

    public Latency? FailedLatency { get; init; }

    /// <summary>HTTP status code, or the kind of transport error → requests.</summary>
    public IReadOnlyDictionary<string, long> Outcomes { get; init; } = new Dictionary<string, long>();

    public long ResponseBytes { get; init; }

    /// <summary>Arrivals that were held back because too many requests were open; their latency counts as the request
    /// timeout.</summary>
    public long NotSent { get; init; }

    /// <summary>Arrivals that were sent before the measured time was over.</summary>
    public long SentInTime { get; init; }

    /// <summary>How late the generator itself sent, 99th percentile in milliseconds. It is part of
    /// <see cref="Latency"/>.</summary>
    public double SchedulingLagP99 { get; init; }

    public IReadOnlyList<SecondResult> PerSecond { get; init; } = [];

    /// <summary>The latency distribution as a curve, percentiles ascending; empty where nothing was measured.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>The parts of a request that its scenario times apart, in their order; empty for a request of one
    /// part.</summary>
    public IReadOnlyList<RequestPart> Parts { get; init; } = [];

    /// <summary>Why the figures must not be trusted (arrivals missed, generator saturated); null when they
    /// may be.</summary>
    public string? Unreliable { get; init; }

    [JsonIgnore]
    public double ErrorRate => Requests == 0 ? double.NaN : (double)Failed / Requests;

    /// <summary>The percentile that counts, in milliseconds: of all requests or of the good ones, whichever is larger.
    /// NaN where one of them is.</summary>
    /// <remarks>Answers that fail fast would otherwise make a slow service look quick.</remarks>
    public double Decisive(Func<Latency, double> percentile) =>
        OkLatency is { } ok ? Math.Max(percentile(Latency), percentile(ok)) : percentile(Latency);
}

/// <summary>Latency percentiles in milliseconds.</summary>
public sealed record Latency(double P50, double P75, double P95, double P99, double Max, double Mean);

/// <summary>The requests that fell due in one second of the measured time, by their intended start.</summary>
public sealed record SecondResult(int Second, long Requests, long Failed, double P50, double P95);

/// <summary>One point of a latency distribution, in milliseconds.</summary>
/// <param name="Percentile">0 to 100.</param>
public sealed record CurvePoint(double Percentile, double Latency, double ServiceTime);

/// <summary>One part of a request, such as the first of two calls; times are service times.</summary>
public sealed record RequestPart(string Name, long Requests, long Failed, Latency ServiceTime);
