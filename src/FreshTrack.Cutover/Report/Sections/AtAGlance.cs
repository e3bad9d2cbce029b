using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>The run in a few numbers: how long it took, what it moved, what was proven of that, how fast the new system
/// answered. What was not reached has none.</summary>
internal static class AtAGlance
{
    public static Html Write(RunReport report)
    {
        IReadOnlyList<Tile> tiles =
        [
            .. new[] { Time(report), Moved(report), Checked(report), Slowest(report) }.OfType<Tile>(),
        ];
        return tiles.Count == 0 ? Html.Empty : Tiles.Write(tiles);
    }

    private static Tile? Time(RunReport report) =>
        report.Evidence.Phases is { Count: > 0 } phases
            ? new(
                "from T-0",
                Format.Duration(phases[^1].ActualEnd),
                $"of {Format.Duration(phases.Max(phase => phase.PlannedEnd))} planned"
            )
            : null;

    private static Tile? Moved(RunReport report) =>
        report.Evidence.Manifest is { } manifest
            ? new(
                "moved",
                $"{Format.Count(manifest.Rows)} rows",
                $"{Format.Bytes(manifest.Parts.Sum(part => part.RawBytes))} of {manifest.Tables.Count} tables"
            )
            : null;

    private static Tile? Checked(RunReport report) =>
        report.Evidence.Verification is { Checks: { Count: > 0 } checks }
            ? new(
                "checks passed",
                $"{checks.Count(check => check.Verdict == Verdict.Pass)} of {checks.Count}",
                "source against target"
            )
            : null;

    private static Tile? Slowest(RunReport report) =>
        (report.Evidence.Load?.Scenarios ?? [])
            .Select(scenario => (scenario.Scenario, P95: scenario.Decisive(latency => latency.P95)))
            .Where(scenario => double.IsFinite(scenario.P95))
            .OrderByDescending(scenario => scenario.P95)
            .Select(slowest => new Tile("slowest p95", Format.RoundedMs(slowest.P95), slowest.Scenario))
            .FirstOrDefault();
}
