using FreshTrack.Cutover.Environments;
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
            ("environment", run.Environment),
            .. Servers(report.Evidence.Environment),
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

    private static IEnumerable<(string, string)> Servers(EnvironmentDescription? environment) =>
        new (string, string?)[]
        {
            ("source", environment?.Source?.Database),
            ("target", environment?.Target?.Database),
            ("object store", environment?.Target?.ObjectStore),
            ("Stack Auth", environment?.StackAuth?.Server.ToString()),
        }
            .Where(server => server.Item2 is not null)
            .Select(server => (server.Item1, server.Item2!));

    private static string Epoch(DateTimeOffset? epoch) => epoch is { } known ? Format.Time(known) : "–";
}
