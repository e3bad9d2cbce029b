using FreshTrack.Migration.Freezing;

namespace FreshTrack.Cutover.Evidence;

/// <summary>How the source was closed, and how that was proved: the content of <c>freeze.json</c>.</summary>
/// <param name="Proof">Every write that was tried, who was not tried and why; null until it was tried.</param>
/// <param name="Cutover">Null until the freeze was proved.</param>
public sealed record FreezeReport(FreezeResult Applied, FreezeProof? Proof, CutoverReport? Cutover);

/// <summary>The cutover point and what the source held there.</summary>
/// <param name="Wal">Position in the source's write-ahead log: <c>16/B374D848</c>.</param>
/// <param name="At">The source's clock.</param>
/// <param name="Clocks">The clocks of source and target against this machine's.</param>
/// <param name="Tallies">Rows and newest time of each group, for the tables that the plan gives a <c>tally</c>.</param>
public sealed record CutoverReport(
    string Wal,
    DateTimeOffset At,
    IReadOnlyList<ClockDifference> Clocks,
    IReadOnlyList<TableTally> Tallies
);
