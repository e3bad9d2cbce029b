using FreshTrack.Cutover;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Gating;
using FreshTrack.Load;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FreshTrack.Build.Rehearsals;

/// <summary>A load run as a table, a row a scenario: while it runs, and when it is over.</summary>
public sealed class LoadTable(IReadOnlyList<LatencyLimit> limits)
{
    /// <summary>Counts from the start, and the p95 of the newest second.</summary>
    public IRenderable Of(LoadProgress progress)
    {
        var title = $"Load, {progress.Elapsed.TotalSeconds:0} of {progress.Total.TotalSeconds:0} s";
        return Table(
            title,
            progress.Scenarios.Select(scenario => new Row(
                scenario.Scenario,
                scenario.Due,
                scenario.Ok,
                scenario.Failed,
                scenario.P95
            ))
        );
    }

    /// <summary>Counts and p95 of the measured time.</summary>
    public IRenderable Of(LoadResult result) =>
        Table(
            "Load",
            result.Scenarios.Select(scenario => new Row(
                scenario.Scenario,
                scenario.Requests,
                scenario.Ok,
                scenario.Failed,
                scenario.Decisive(latency => latency.P95)
            ))
        );

    private Table Table(string title, IEnumerable<Row> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(title).AddColumn("scenario");
        foreach (var column in new[] { "due", "ok", "failed", "in flight", "p95", "limit" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var row in rows)
        {
            var limit = limits.FirstOrDefault(limit => limit.Scenario == row.Scenario)?.P95Ms;
            table.AddRow(
                Markup.Escape(row.Scenario),
                Format.Count(row.Due),
                Format.Count(row.Ok),
                Coloured(Format.Count(row.Failed), row.Failed == 0),
                Format.Count(row.Due - row.Ok - row.Failed),
                double.IsNaN(row.P95)
                    ? "–"
                    : Coloured(Format.RoundedMs(row.P95), limit is null || row.P95 < (double)limit),
                limit is { } most ? $"< {Format.RoundedMs((double)most)}" : "–"
            );
        }

        return table;
    }

    private static string Coloured(string text, bool good) => good ? text : $"[red]{text}[/]";

    private sealed record Row(string Scenario, long Due, long Ok, long Failed, double P95);
}
