using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>What ran, on what: enough to run the same again.</summary>
internal static class RunSection
{
    public static Html Write(RunReport report)
    {
        var run = report.Evidence.Run;
        IReadOnlyList<(string Name, string Value)> facts =
        [
            ("run", run.RunId),
            ("started", Format.Time(run.StartedAt)),
            (
                "ended",
                run.EndedAt is { } ended
                    ? $"{Format.Time(ended)}, after {Format.Duration((ended - run.StartedAt).TotalSeconds)}"
                    : "not recorded"
            ),
            ("commit", $"{run.Commit}{(run.CleanTree ? "" : " (tree not clean: may rehearse, not cut over)")}"),
            ("plan", run.PlanHash),
            ("seal of the evidence", report.Gate.Seal ?? "none"),
            ("machine", run.Machine),
            ("scale, seed and epoch", $"{run.Scale ?? "–"}, {run.Seed?.ToString() ?? "–"}, {Epoch(run.Epoch)}"),
            ("injected", run.Inject ?? "nothing"),
            .. run.Images.OrderBy(image => image.Key).Select(image => ($"image {image.Key}", image.Value)),
        ];
        var items = Html.Each(facts, fact => Html.Of($"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>\n"));
        return Html.Of($"<dl class=\"facts\">\n{items}</dl>\n");
    }

    private static string Epoch(DateTimeOffset? epoch) => epoch is { } known ? Format.Time(known) : "–";
}
