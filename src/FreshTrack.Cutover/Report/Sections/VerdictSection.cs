using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>The first screen: the verdict, what it means, and each reason with its limit and its value.</summary>
internal static class VerdictSection
{
    private const int Shown = 6;

    public static Html Write(RunReport report)
    {
        var verdict = report.Gate.Verdict;
        // What follows from a failure, such as a load test that was not run, would only hide it.
        var decisive = report.Reasons.Where(reason => reason.Verdict == verdict).ToList();
        var others = report.Reasons.Where(reason => reason.Verdict != verdict).ToList();
        return Html.Of(
            $"""
            <header class="verdict {VerdictStyle.Class(verdict)}">
            <p class="kind">{report.Evidence.Run.Kind} · {report.Evidence.Run.Environment}{(
                report.Evidence.Run.Scale is { } scale ? $" · {scale}" : ""
            )}{(report.Evidence.Run.Inject is { } fault ? $" · {fault} injected" : "")} · {Format.Time(
                report.Evidence.Run.StartedAt
            )}</p>
            <h1><span aria-hidden="true">{VerdictStyle.Mark(verdict)}</span> {verdict.ToString()}</h1>
            <p class="meaning">{Meaning(report)}</p>
            {Cards([.. decisive.Take(Shown)])}{More([.. decisive.Skip(Shown)], "more like these")}{More(
                others,
                "of another verdict"
            )}{AtAGlance.Write(report)}</header>

            """
        );
    }

    public static string Meaning(RunReport report) =>
        report.Gate.Verdict switch
        {
            Verdict.Pass => report.Allowed,
            Verdict.Warn => $"{report.Allowed} Read the warnings first.",
            Verdict.Fail => "It must not cut over. Mend what is named here, then rehearse again.",
            _ =>
                "It must not cut over: what had to be proven was not proven. Rehearse again once the reasons are gone.",
        };

    private static Html Cards(List<Criterion> reasons) =>
        reasons.Count > 0 ? Html.Of($"""<ul class="reasons">{Html.Each(reasons, Card)}</ul>{"\n"}""") : Html.Empty;

    private static Html Card(Criterion reason) =>
        Html.Of(
            $"""
            <li class="{VerdictStyle.Class(reason.Verdict)}"><h2>{VerdictStyle.Badge(reason.Verdict)} {reason.Name}</h2>
            <dl><div><dt>wanted</dt><dd>{reason.Wanted}</dd></div
            ><div><dt>measured</dt><dd>{reason.Measured}</dd></div></dl>
            <p>{reason.Reason}</p></li>
            """
        );

    private static Html More(List<Criterion> reasons, string what) =>
        reasons.Count > 0
            ? Html.Of($"<details><summary>{reasons.Count} {what}</summary>{Cards(reasons)}</details>\n")
            : Html.Empty;
}
