using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Plan;
using FreshTrack.Verification;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>Rows of every table on both sides, and what each kind of check came to.</summary>
internal static class CountsSection
{
    public static Html Write(VerificationResult? verification)
    {
        if (verification is null)
        {
            return Section.Nothing("Source and target were not compared, so nothing is known of the data.");
        }

        var counts = verification
            .Checks.Where(check => check.Check == CheckNames.Counts)
            .OrderByDescending(check => check.Rows)
            .ThenBy(check => check.Subject)
            .ToList();
        return Html.Join([
            Html.Of($"<h3>Rows of every table</h3>\n"),
            Tables(counts).Write(),
            Html.Of($"<h3>Every kind of check</h3>\n"),
            Checks(verification).Write(),
        ]);
    }

    private static Table Tables(IReadOnlyList<CheckResult> counts) =>
        new(
            "Rows of every table in source and target",
            [new("table"), new("source", true), new("target", true), new("difference", true), new("verdict")],
            [
                .. counts.Select(count =>
                    (IReadOnlyList<Html>)
                        [
                            Html.Text(count.Subject),
                            Html.Text(count.Sides is { } rows ? Format.Count(rows.Source) : "not counted"),
                            Html.Text(count.Sides is { } sides ? Format.Count(sides.Target) : "not counted"),
                            Html.Text(count.Sides is { } both ? Difference(both) : "–"),
                            VerdictStyle.Badge(count.Verdict),
                        ]
                ),
            ]
        );

    private static Table Checks(VerificationResult verification) =>
        new(
            "Every kind of check",
            [
                new("check"),
                new("verdict"),
                new("subjects", true),
                new("rows read", true),
                new("violations", true),
                new("time", true),
            ],
            [
                .. verification
                    .Checks.GroupBy(check => check.Check)
                    .OrderBy(group => group.Key)
                    .Select(group =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Text(group.Key),
                                VerdictStyle.Badge(group.Select(check => check.Verdict).Worst()),
                                Html.Text(Format.Count(group.Count())),
                                Html.Text(Format.Count(group.Sum(check => check.Rows))),
                                Html.Text(Format.Count(group.Sum(check => check.Violations))),
                                Html.Text(Format.Duration(group.Sum(check => check.DurationSeconds))),
                            ]
                    ),
            ]
        );

    private static string Difference(SideRows rows) =>
        rows.Target == rows.Source
            ? "0"
            : $"{(rows.Target > rows.Source ? "+" : "−")}{Format.Count(Math.Abs(rows.Target - rows.Source))}";
}
