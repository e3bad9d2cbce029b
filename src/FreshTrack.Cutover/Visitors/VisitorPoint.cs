using FreshTrack.Plan;

namespace FreshTrack.Cutover.Visitors;

/// <summary>One thing that a visitor expects of a public name.</summary>
/// <param name="Name">What was asked: <c>GET https://api.example.com/metrics</c>.</param>
/// <param name="Expected">In a few words.</param>
/// <param name="Found">What came instead; empty when it came.</param>
public sealed record VisitorPoint(string Name, string Expected, string Found)
{
    public Verdict Verdict => Found.Length == 0 ? Verdict.Pass : Verdict.Fail;

    public override string ToString() => $"{Name}: expected {Expected}{(Found.Length == 0 ? "" : $", found {Found}")}";
}
