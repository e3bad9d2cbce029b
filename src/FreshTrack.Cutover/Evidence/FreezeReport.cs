using FreshTrack.Migration.Freezing;

namespace FreshTrack.Cutover.Evidence;

/// <summary>How the source was closed, and how that was proved: the content of <c>freeze.json</c>.</summary>
/// <param name="Proof">Every write that was tried, who was not tried and why; null until it was proved.</param>
public sealed record FreezeReport(FreezeResult Applied, FreezeProof? Proof);
