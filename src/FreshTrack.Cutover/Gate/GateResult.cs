using System.Text.Json.Serialization;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>The gate's verdict and how it came about: the content of <c>gate.json</c>.</summary>
public sealed record GateResult(Verdict Verdict, IReadOnlyList<Criterion> Criteria)
{
    /// <summary>Hash of the seal over the evidence that was judged; set by who read the folder.</summary>
    public string? Seal { get; init; }

    /// <summary>SHA-256 of the policy file that was judged by.</summary>
    public string? Policy { get; init; }
}

/// <summary>One line of the verdict.</summary>
/// <param name="Name">What was judged: <c>readings_24h p95</c>.</param>
/// <param name="Wanted">The limit, with its unit: <c>&lt; 150 ms</c>.</param>
/// <param name="Measured">What the evidence says, with its unit; «nothing» where it says nothing.</param>
/// <param name="Reason">A whole sentence for who has to act on it.</param>
public sealed record Criterion(string Name, string Wanted, string Measured, Verdict Verdict, string Reason)
{
    /// <summary>How the line was reached, for who wants to do the sum again.</summary>
    public Derivation? Derivation { get; init; }

    /// <summary>Why it could not be judged, where other lines may be open for the same reason; it is part of
    /// <see cref="Reason"/>.</summary>
    [JsonIgnore]
    public string? Doubt { get; init; }
}

/// <param name="Source">The files of the evidence, and the place in them: <c>load.json
/// scenarios[readings_24h].latency.p95</c>.</param>
/// <param name="Rule">What makes the line Pass, and what anything else.</param>
/// <param name="Figures">What was put into the rule and what came out, one name and value each.</param>
public sealed record Derivation(string Source, string Rule, IReadOnlyList<string> Figures);
