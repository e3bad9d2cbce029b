using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>Evidence and policy in, verdict out: a pure function. What the evidence does not show has not
/// passed.</summary>
public static class Gate
{
    /// <returns>The worst verdict of all criteria, and the criteria in a fixed order.</returns>
    public static GateResult Judge(GateInput input, Policy policy)
    {
        List<Criterion> criteria =
        [
            TableCriteria.Judge("counts", input),
            TableCriteria.Judge("contents", input),
            .. IntegrityCriteria.Judge(input.Checks, policy.Integrity),
            .. LatencyCriteria.Judge(input.Load, policy.Latency),
            .. BaselineCriteria.Judge(input, policy),
            RunbookCriterion.Judge(input.Timeline),
            TimesCriterion.Judge(input),
            Images(input),
            Injected(input),
        ];
        return new GateResult(criteria.Select(criterion => criterion.Verdict).Worst(), criteria)
        {
            Policy = policy.Hash,
        };
    }

    /// <summary>A load run by itself, against the same limits: what a load test without a rehearsal goes by.</summary>
    public static GateResult JudgeLoad(LoadResult load, IReadOnlyList<LatencyLimit> limits)
    {
        List<Criterion> criteria = [.. LatencyCriteria.Judge(load, limits)];
        return new GateResult(criteria.Select(criterion => criterion.Verdict).Worst(), criteria);
    }

    private static Criterion Images(GateInput input)
    {
        var all = input.StandIns.Select(image => $"{image.Image} for {image.InsteadOf}").Order().ToList();
        var line =
            input.Run is null
                ? new Criterion(
                    "images",
                    "no stand-ins",
                    "nothing",
                    Verdict.Inconclusive,
                    "images: run.json, which names them, is missing; rehearse again."
                )
            : all.Count == 0
                ? new Criterion(
                    "images",
                    "no stand-ins",
                    "none",
                    Verdict.Pass,
                    "Every image is the one that production runs."
                )
            : new Criterion(
                "images",
                "no stand-ins",
                Text.List(all),
                Verdict.Warn,
                $"Not the images of production: {Text.List(all)}."
            );
        return line with
        {
            Working = new Working(
                "run.json standIns",
                "Pass without stand-ins, Warn with; Inconclusive without run.json",
                [$"stand-ins: {Text.Count(all.Count)}"]
            ),
        };
    }

    /// <summary>A run that something was broken in on purpose tests this suite; what it says of the cutover is worth
    /// nothing.</summary>
    private static Criterion Injected(GateInput input)
    {
        const string Name = "injected";
        const string Wanted = "nothing";
        var line = (input.Run, input.Inject) switch
        {
            (null, _) => new Criterion(
                Name,
                Wanted,
                "not known",
                Verdict.Inconclusive,
                "injected: run.json, which names it, is missing; rehearse again."
            ),
            (_, null) => new Criterion(Name, Wanted, "nothing", Verdict.Pass, "Nothing was broken on purpose."),
            (_, var fault) => new Criterion(
                Name,
                Wanted,
                fault,
                Verdict.Inconclusive,
                $"{fault} was injected: the run tests the suite and proves nothing for a cutover; rehearse "
                    + "without --inject."
            ),
        };
        return line with
        {
            Working = new Working(
                "run.json inject",
                "Pass when nothing was injected, else Inconclusive",
                [$"injected: {line.Measured}"]
            ),
        };
    }
}
