using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Every step of the runbook was reached and passed.</summary>
internal static class RunbookCriterion
{
    public const string Name = "runbook";

    private const string Wanted = "every step is reached and passes";

    public static Criterion Judge(Timeline? timeline) =>
        Line(timeline) with
        {
            Working = new Working(
                "timeline.json phases[].steps[].verdict",
                "the worst verdict of all steps; Inconclusive when a step of the runbook was not reached",
                [
                    .. (timeline?.Phases ?? [])
                        .SelectMany(phase => phase.Steps)
                        .Select(step => $"{step.Id}: {step.Verdict}"),
                ]
            ),
        };

    private static Criterion Line(Timeline? timeline)
    {
        var steps = (timeline?.Phases ?? []).SelectMany(phase => phase.Steps).ToList();
        if (steps.Count == 0)
        {
            return new Criterion(Name, Wanted, "nothing", Verdict.Inconclusive, $"{Name}: no step was recorded.");
        }

        var verdict = steps.Select(step => step.Verdict).Worst();
        if (verdict is Verdict.Pass or Verdict.Warn && NotReached(steps) is { Count: > 0 } missing)
        {
            return new Criterion(
                Name,
                Wanted,
                $"{missing[0]}: not reached",
                Verdict.Inconclusive,
                $"{Name}: {Text.List(missing)} {(missing.Count == 1 ? "was" : "were")} not reached."
            );
        }

        if (verdict == Verdict.Pass)
        {
            return new Criterion(
                Name,
                Wanted,
                $"{Text.Count(steps.Count)} steps",
                Verdict.Pass,
                $"{Name}: every step passed."
            );
        }

        var worst = steps.First(step => step.Verdict == verdict);
        // What the comparison found stands in the lines of its checks.
        var said =
            worst.Id == CutoverRunbook.Verify ? $"came to {verdict}; its checks have their own lines." : worst.Summary;
        return new Criterion(Name, Wanted, $"{worst.Id}: {verdict}", verdict, $"{Name}: {worst.Id}: {said}");
    }

    private static List<string> NotReached(List<StepTiming> steps) =>
        [.. CutoverRunbook.Whole.Steps.Select(step => step.Id).Except(steps.Select(step => step.Id))];
}
