using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>What this run does not speak of: parts of the procedure, tables left behind, images that stood in for
/// others.</summary>
internal static class LeftOutSection
{
    public static Html Write(RunEvidence evidence)
    {
        var plan = evidence.Plan;
        List<Html> items =
        [
            .. evidence.LeftOut.Select(left => Html.Of($"<li>not run: {left.Title}, {left.Absent!}</li>\n")),
            .. evidence.Run.StandIns.Select(standIn =>
                Html.Of($"<li>stands in for {standIn.InsteadOf}: <code>{standIn.Image}</code></li>\n")
            ),
            .. plan.Leave.Select(table =>
                Html.Of($"<li>table left behind on purpose: <code>{table.ToString()}</code></li>\n")
            ),
            .. plan
                .Tables.Where(table => table.Leave.Count > 0)
                .Select(table =>
                    Html.Of(
                        $"<li>columns of <code>{table.Source.ToString()}</code> left behind on purpose: "
                            + $"<code>{string.Join(", ", table.Leave)}</code></li>\n"
                    )
                ),
        ];
        return items.Count == 0
            ? Section.Nothing("Nothing was left out.")
            : Html.Of($"<ul>\n{Html.Join(items)}</ul>\n");
    }
}
