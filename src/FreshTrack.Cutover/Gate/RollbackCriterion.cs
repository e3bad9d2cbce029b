using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>The way back was gone to its end, in time, and left nothing behind.</summary>
internal static class RollbackCriterion
{
    public const string Name = "rollback";

    private const string Wanted = "back within 15 min, no row differs, nothing is left behind";

    /// <summary>A year: what is longer was not measured.</summary>
    private const double MostSeconds = 366 * 86_400;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    public static Criterion Judge(RollbackSummary? rollback) =>
        Line(rollback) with
        {
            Derivation = new Derivation(
                "rollback.json verdict, kind, seconds, repeatedDifference, notReturned",
                $"Fail when a row still differs or it took {Limit.TotalSeconds:0} s or more; Warn when something could "
                    + "not go back; else its own verdict; Inconclusive without rollback.json",
                rollback is null
                    ? ["nothing"]
                    :
                    [
                        $"verdict: {rollback.Verdict}",
                        $"kind: {rollback.Kind}",
                        $"seconds: {rollback.Seconds:0.###}",
                        $"repeated difference: {Format.Count(rollback.RepeatedDifference)} rows",
                        $"not returned: {Format.Count(rollback.NotReturned.Count)}",
                    ]
            ),
        };

    private static Criterion Line(RollbackSummary? rollback)
    {
        if (rollback is null)
        {
            return Line(
                "nothing",
                Verdict.Inconclusive,
                "rollback.json is missing, and the runbook plans the way back"
            );
        }

        if (rollback is { RepeatedDifference: < 0 } or { Seconds: not (>= 0 and < MostSeconds) })
        {
            var figures = $"{Format.Count(rollback.RepeatedDifference)} rows, {rollback.Seconds} s";
            return Line(figures, Verdict.Inconclusive, $"{figures}, is no measurement");
        }

        var what = $"{rollback.Kind.ToString().ToLowerInvariant()} in {Format.Duration(rollback.Seconds)}";
        return rollback switch
        {
            { RepeatedDifference: > 0 } => Line(
                $"{what}, {Format.Count(rollback.RepeatedDifference)} rows differ",
                Verdict.Fail,
                $"{Format.Count(rollback.RepeatedDifference)} rows of the source still differ after the {what}"
            ),
            { Verdict: Verdict.Fail or Verdict.Inconclusive } => Line(
                $"{what}: {rollback.Verdict}",
                rollback.Verdict,
                $"the {what} ended with {rollback.Verdict}; see rollback.json"
            ),
            { Seconds: var seconds } when seconds >= Limit.TotalSeconds => Line(
                what,
                Verdict.Fail,
                $"the {what} took too long, limit {Format.Duration(Limit.TotalSeconds)}"
            ),
            { NotReturned: [_, ..] left } => Line(
                $"{what}, {Format.Count(left.Count)} left behind",
                Verdict.Warn,
                $"could not go back: {Format.List(left)}"
            ),
            _ => Line($"{what}, no row differs", rollback.Verdict, $"{what}, and no row differs"),
        };
    }

    private static Criterion Line(string measured, Verdict verdict, string reason) =>
        new(Name, Wanted, measured, verdict, $"{Name}: {reason}.");
}
