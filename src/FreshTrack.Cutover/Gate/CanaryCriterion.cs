using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Every step on the canary organization was reached and passed.</summary>
internal static class CanaryCriterion
{
    public const string Name = "canary";

    private const string Wanted = "every smoke test on the canary passes";

    private static readonly (Verdict Verdict, string Summary) NotReached = (Verdict.Inconclusive, "it was not reached");

    /// <param name="planned">The canary's steps of the run's own runbook, one or more.</param>
    public static Criterion Judge(IReadOnlyList<PlannedStep> planned, Timeline? timeline)
    {
        var reached = (timeline?.Phases ?? [])
            .SelectMany(phase => phase.Steps)
            .ToLookup(step => step.Id, step => (step.Verdict, step.Summary));
        var results = planned.Select(step => (step.Id, Result: reached[step.Id].LastOrDefault(NotReached))).ToList();
        var verdict = results.Select(step => step.Result.Verdict).Worst();
        var said = results
            .Where(step => step.Result.Verdict != Verdict.Pass)
            .OrderByDescending(step => step.Result.Verdict)
            .Select(step => $"{step.Id}: {step.Result.Summary.TrimEnd('.')}")
            .ToList();
        var passed = results.Count(step => step.Result.Verdict == Verdict.Pass);
        return new Criterion(
            Name,
            Wanted,
            $"{Format.Count(passed)} of {Format.Count(planned.Count)} pass",
            verdict,
            said.Count == 0
                ? $"{Name}: all {Format.Count(planned.Count)} smoke tests passed."
                : $"{Name}: {Format.List(said)}."
        )
        {
            Derivation = new Derivation(
                "runbook.json and timeline.json, steps of canary",
                "the worst verdict of these steps; Inconclusive when one was not reached",
                [.. results.Select(step => $"{step.Id}: {step.Result.Verdict}")]
            ),
        };
    }
}
