using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>Every criterion of the gate: what was wanted, what was measured, what it came to.</summary>
internal static class GateSection
{
    public static Html Write(GateResult gate) =>
        new Table(
            "Every criterion of the gate",
            [new("criterion"), new("wanted"), new("measured"), new("verdict")],
            [
                .. gate.Criteria.Select(criterion =>
                    (IReadOnlyList<Html>)
                        [
                            Html.Text(criterion.Name),
                            Html.Text(criterion.Wanted),
                            Html.Text(criterion.Measured),
                            VerdictStyle.Badge(criterion.Verdict),
                        ]
                ),
            ]
        ).Write();
}
