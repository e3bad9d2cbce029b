using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>The gate's verdict and how it came about: the content of <c>gate.json</c>.</summary>
public sealed record GateResult(Verdict Verdict, IReadOnlyList<Criterion> Criteria)
{
    /// <summary>Hash of the seal over the evidence that was judged; set by who read the folder.</summary>
    public string? Seal { get; init; }
}

/// <summary>One line of the verdict.</summary>
/// <param name="Name">What was judged: <c>readings_24h p95</c>.</param>
/// <param name="Wanted">The limit, with its unit: <c>&lt; 150 ms</c>.</param>
/// <param name="Measured">What the evidence says, with its unit; «nothing» where it says nothing.</param>
/// <param name="Reason">A whole sentence for who has to act on it.</param>
public sealed record Criterion(string Name, string Wanted, string Measured, Verdict Verdict, string Reason);
