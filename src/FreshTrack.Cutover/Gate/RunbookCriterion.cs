using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Cutover.Steps;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Every step of the run's own runbook was reached, in its order and once, and passed.</summary>
internal static class RunbookCriterion
{
    public const string Name = "runbook";

    private const string Wanted = "every step is reached and passes";

    /// <summary>What the step found has criteria of its own.</summary>
    public static bool HasCriteria(StepTiming step, RunEvidence evidence) =>
        (step.Id is CutoverRunbook.Verify or GateSteps.Data && evidence.Verification is not null)
        || (step.Id is DeclarationSteps.After && evidence.Declarations is { After: not null })
        || (step.Id == RunContext.LoadStep && evidence.Load is not null);

    public static Criterion Judge(RunEvidence evidence, CutoverPolicy policy)
    {
        var (runbook, timeline) = (evidence.Runbook, evidence.Timeline);
        IReadOnlyList<StepTiming> steps = [.. (timeline?.Phases ?? []).SelectMany(phase => phase.Steps)];
        var absent = evidence.LeftOut.Select(step => step.Id).ToHashSet();
        // Warnings of preflight have a line of their own, and what is absent has one too.
        var own = steps.Where(step =>
            !absent.Contains(step.Id)
            && !(
                step is { Id: FinalCheckRunbook.Preflight or FinalCheckRunbook.Reverse, Verdict: Verdict.Warn }
                && PreflightCriterion.Applies(evidence, policy)
            )
        );
        return Line(evidence, steps, [.. own]) with
        {
            Derivation = new Derivation(
                "timeline.json phases[].steps[].verdict; runbook.json phases[].steps[]",
                "the worst verdict of all steps; Inconclusive when the steps are not those of the run's own runbook: "
                    + "each once, in its phase and in its order",
                [
                    $"planned: {Format.Count(runbook?.Phases.Sum(phase => phase.Steps.Count) ?? 0)} steps",
                    .. steps.Select(step => $"{step.Id}: {step.Verdict}"),
                ]
            ),
        };
    }

    /// <param name="own">The steps that this line speaks of.</param>
    private static Criterion Line(RunEvidence evidence, IReadOnlyList<StepTiming> steps, IReadOnlyList<StepTiming> own)
    {
        var (runbook, timeline) = (evidence.Runbook, evidence.Timeline);
        if (timeline is null || steps.Count == 0)
        {
            return Open("nothing", "no step was recorded");
        }

        var verdict = own.Select(step => step.Verdict).Append(Verdict.Pass).Worst();
        if (verdict is Verdict.Pass or Verdict.Warn)
        {
            if (runbook is null)
            {
                return Open(
                    "nothing planned",
                    "runbook.json, which names the planned steps, is missing; rehearse again"
                );
            }

            if (RunbookDeviation.Of(runbook, timeline) is { } deviation)
            {
                return Open(deviation, deviation);
            }
        }

        if (verdict == Verdict.Pass)
        {
            return new Criterion(
                Name,
                Wanted,
                $"{Format.Count(steps.Count)} steps",
                Verdict.Pass,
                $"{Name}: every step passed."
            );
        }

        var worst = own.First(step => step.Verdict == verdict);
        var reason = HasCriteria(worst, evidence) ? $"ended with {verdict}; see its own lines." : worst.Summary;
        return new Criterion(Name, Wanted, $"{worst.Id}: {verdict}", verdict, $"{Name}: {worst.Id}: {reason}");
    }

    private static Criterion Open(string measured, string reason) =>
        new(Name, Wanted, measured, Verdict.Inconclusive, $"{Name}: {reason}.");
}
