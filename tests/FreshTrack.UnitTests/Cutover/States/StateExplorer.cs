using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.States;

namespace FreshTrack.UnitTests.Cutover.States;

/// <summary>Walks through a cutover by what its steps declare, and at every point, before, in and after each step,
/// tries
/// a crash, an undo or a return.</summary>
internal static class StateExplorer
{
    /// <returns>Every broken rule, with the way that leads to it; empty when all is well.</returns>
    public static IReadOnlyList<string> Explore(Runbook night, Runbook back)
    {
        var problems = new List<string>();
        var state = CutoverState.Before;
        var begun = new List<Step>();
        Demand(state, "before the cutover");
        foreach (var step in night.Steps)
        {
            begun.Add(step);
            // The process may die before the step did anything, or after it did all.
            foreach (var crashed in new[] { state, Applied(step, state) })
            {
                var where = $"{step.Id} {(crashed == state ? "not done" : "done")}";
                Demand(crashed, where);
                Demand(Applied(step, crashed), $"{where}, then run again");
                GoBack(crashed, begun, where);
            }

            state = Applied(step, state);
        }

        if (!state.NewTakesWrites || state.Notifications != Notifications.Released)
        {
            problems.Add($"the cutover ends with {state}");
        }

        return problems;

        void GoBack(CutoverState from, IReadOnlyList<Step> steps, string where)
        {
            var journal = steps.Select(Started).ToList();
            var hasMoved = TrafficState.HasMoved(journal);
            var way = hasMoved ? back : RollbackRunbook.Undo(night, journal);
            var now = from;
            foreach (var step in way.Steps)
            {
                var path = $"{where}, then {(hasMoved ? "return" : "undo")} to {step.Id}";
                if (step.Transition is { AppliesDifference: true })
                {
                    problems.AddRange(Invariants.BrokenByDifference(now).Select(problem => $"{path}: {problem}"));
                }

                now = Applied(step, now);
                Demand(now, path);
            }

            if (
                now with
                {
                    Target = CutoverState.Before.Target,
                } != CutoverState.Before with { OldMaintenance = now.OldMaintenance }
            )
            {
                problems.Add($"{where}: the way back ends with {now}");
            }

            if (!now.OldTakesWrites)
            {
                problems.Add($"{where}: the old system does not serve after the way back");
            }
        }

        void Demand(CutoverState at, string where) =>
            problems.AddRange(Invariants.BrokenBy(at).Select(problem => $"{where}: {problem} ({at})"));
    }

    private static CutoverState Applied(Step step, CutoverState state) => step.Transition?.Apply(state) ?? state;

    private static JournalEntry Started(Step step, int index) =>
        new(index + 1, "", DateTimeOffset.UnixEpoch, JournalEvent.StepStarted, step.Id);
}
