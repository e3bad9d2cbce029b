using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Reporting.Sections;

namespace FreshTrack.Cutover.Reporting;

/// <summary>The run as one page without a network: <c>report.html</c>. The same evidence gives the same
/// bytes.</summary>
public static class ReportPage
{
    public static string Write(RunReport report)
    {
        IReadOnlyList<Section> sections =
        [
            new(
                "timeline",
                "Planned against actual",
                TimelineSection.Write([.. report.Evidence.Phases.Select(PhaseBar.Ended)])
            ),
            new("load", "Load", LoadSection.Write(report.Evidence.Load, report.Policy)),
            new("counts", "Source against target", CountsSection.Write(report.Evidence.Verification)),
            new(
                "findings",
                "Findings",
                FindingsSection.Write(report.Evidence.Preflight, report.Evidence.Verification, report.Evidence.Plan)
            ),
            new(
                "move",
                "The move",
                MoveSection.Write(report.Evidence.Manifest, report.Evidence.Phases.SelectMany(phase => phase.Steps))
            ),
            new("gate", "Every criterion", GateSection.Write(report.Gate)),
            new("left-out", "Left out", LeftOutSection.Write(report.Evidence)),
            new("run", "The run", RunSection.Write(report)),
        ];
        var body = Html.Of(
            $"""
            <a class="skip" href="#timeline">Skip to the details</a>
            {VerdictSection.Write(report)}<nav aria-label="Contents"><ul>{Html.Each(
                sections,
                section => Html.Of($"""<li><a href="#{section.Id}">{section.Title}</a></li>""")
            )}</ul></nav>
            <main>
            {Html.Each(sections, section => section.Write())}</main>

            """
        );
        return new Page(
            $"{report.Gate.Verdict} · {report.Evidence.Run.Kind} {report.Evidence.Run.RunId}",
            body
        ).Write();
    }
}
