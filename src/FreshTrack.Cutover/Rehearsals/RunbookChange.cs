using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>What of a runbook that would run now is not what was rehearsed.</summary>
internal static class RunbookChange
{
    /// <summary>Compares phase by phase: steps, their order, and what is absent. Phases that only the rehearsal has
    /// (load, the way back) and their windows, which are planned again, do not matter.</summary>
    /// <returns>One text a change, with the step's id; empty when everything that would run was rehearsed.</returns>
    public static IReadOnlyList<string> Between(PlannedRunbook rehearsed, PlannedRunbook now)
    {
        var before = rehearsed.Phases.ToLookup(phase => phase.Number, phase => phase.Steps);
        var changes = new List<string>();
        foreach (var phase in now.Phases)
        {
            List<PlannedStep> was = [.. before[phase.Number].SelectMany(steps => steps)];
            changes.AddRange(Between(was, phase.Steps));
        }

        return changes;
    }

    private static IEnumerable<string> Between(List<PlannedStep> was, IReadOnlyList<PlannedStep> now)
    {
        foreach (var step in now.ExceptBy(was.Select(step => step.Id), step => step.Id))
        {
            yield return $"{step.Id} was not rehearsed";
        }

        foreach (var step in was.ExceptBy(now.Select(step => step.Id), step => step.Id))
        {
            yield return $"{step.Id} was rehearsed and is not planned";
        }

        var both = was.IntersectBy(now.Select(step => step.Id), step => step.Id).ToList();
        var kept = now.IntersectBy(was.Select(step => step.Id), step => step.Id).ToList();
        foreach (var (old, step) in both.Zip(kept).Where(pair => pair.First.Id != pair.Second.Id).Take(1))
        {
            yield return $"{step.Id} was rehearsed after {old.Id}";
        }

        foreach (var step in kept)
        {
            var old = both.First(other => other.Id == step.Id);
            if ((old.Absent is null) != (step.Absent is null))
            {
                yield return old.Absent is null
                    ? $"{step.Id} was rehearsed and is absent now: {step.Absent}"
                    : $"{step.Id} was absent in the rehearsal: {old.Absent}";
            }
        }
    }
}
