using System.Text;

namespace FreshTrack.Cutover.Reporting;

/// <summary>The run as Markdown: <c>summary.md</c>, also what a pull request or a CI step shows.</summary>
public static class MarkdownSummary
{
    public static string Write(RunReport report)
    {
        var text = new StringBuilder();
        text.Append($"# {report.Gate.Verdict}: {report.Evidence.Run.Kind} {report.Evidence.Run.RunId}\n\n");
        foreach (var reason in report.Reasons)
        {
            text.Append($"- **{reason.Verdict}** {Cell(reason.Reason)}\n");
        }

        Timeline(text, report);
        Load(text, report);
        Criteria(text, report);
        Facts(text, report);
        return text.ToString();
    }

    private static void Timeline(StringBuilder text, RunReport report)
    {
        text.Append("\n## Planned against actual\n\n| phase | planned | actual |\n|---|--:|--:|\n");
        foreach (var phase in report.Evidence.Phases)
        {
            text.Append(
                $"| {phase.Number} {Cell(phase.Name)} | {Format.Duration(phase.PlannedSeconds)} | "
                    + $"{Format.Duration(phase.ActualSeconds)} |\n"
            );
        }

        text.Append("\n| step | verdict | time | what it says |\n|---|---|--:|---|\n");
        foreach (var step in report.Evidence.Phases.SelectMany(phase => phase.Steps))
        {
            text.Append(
                $"| {step.Id} | {step.Verdict} | {Format.Duration(step.End - step.Start)} | {Cell(step.Summary)} |\n"
            );
        }
    }

    private static void Load(StringBuilder text, RunReport report)
    {
        if (report.Evidence.Load is null)
        {
            return;
        }

        text.Append("\n## Load\n\n| scenario | requests | failed | p50 | p95 | p99 |\n|---|--:|--:|--:|--:|--:|\n");
        foreach (var scenario in report.Evidence.Load.Scenarios)
        {
            var latency = scenario.Latency;
            text.Append(
                $"| {scenario.Scenario} | {Format.Count(scenario.Requests)} | {Format.Count(scenario.Failed)} | "
                    + $"{Format.RoundedMs(latency.P50)} | {Format.RoundedMs(latency.P95)} | "
                    + $"{Format.RoundedMs(latency.P99)} |\n"
            );
        }
    }

    private static void Criteria(StringBuilder text, RunReport report)
    {
        text.Append("\n## Gate\n\n| criterion | wanted | measured | verdict |\n|---|---|---|---|\n");
        foreach (var criterion in report.Gate.Criteria)
        {
            text.Append(
                $"| {Cell(criterion.Name)} | {Cell(criterion.Wanted)} | {Cell(criterion.Measured)} | "
                    + $"{criterion.Verdict} |\n"
            );
        }
    }

    private static void Facts(StringBuilder text, RunReport report)
    {
        var run = report.Evidence.Run;
        text.Append(
            $"\n## Run\n\n- commit {run.Commit}{(run.CleanTree ? "" : " (tree not clean)")}\n- plan "
                + $"{run.PlanHash}\n- machine {run.Machine}\n"
        );
        text.Append(
            $"- scale {run.Scale ?? "–"}, seed {run.Seed?.ToString() ?? "–"}, epoch "
                + $"{(run.Epoch is { } epoch ? Format.Time(epoch) : "–")}, injected {run.Inject ?? "nothing"}\n"
        );
        foreach (var left in report.Evidence.LeftOut)
        {
            text.Append($"- left out: {left.Title}, {left.Absent}\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|").ReplaceLineEndings(" ");
}
