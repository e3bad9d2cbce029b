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

    public static Criterion Judge(RollbackReport? rollback) =>
        Line(rollback) with
        {
            Derivation = new Derivation(
                "rollback.json way, seconds, repeated, notReturned",
                $"Fail when a row still differs, the target was lost, or it took {Limit.TotalSeconds:0} s or more; "
                    + "Warn when "
                    + "something could not go back; Inconclusive without rollback.json, or when a return was not "
                    + "compared "
                    + "again",
                rollback is null
                    ? ["nothing"]
                    :
                    [
                        $"way: {rollback.Way}",
                        $"seconds: {rollback.Seconds:0.###}",
                        $"repeated: {(Differing(rollback) is { } rows ? $"{Format.Count(rows)} rows" : "nothing")}",
                        $"not returned: {Format.Count(rollback.NotReturned.Count)}",
                    ]
            ),
        };

    private static Criterion Line(RollbackReport? rollback)
    {
        if (rollback is null)
        {
            return Line(
                "nothing",
                Verdict.Inconclusive,
                "rollback.json is missing, and the runbook plans the way back"
            );
        }

        var what = $"{rollback.Way.ToString().ToLowerInvariant()} in {Format.Duration(rollback.Seconds)}";
        return rollback switch
        {
            { Way: RollbackWay.Loss } => Line("the target is lost", Verdict.Fail, "what was written there is lost"),
            { Seconds: not (>= 0 and < MostSeconds) } => Line(
                $"{rollback.Seconds} s",
                Verdict.Inconclusive,
                $"{rollback.Seconds} s is no measurement"
            ),
            { Way: RollbackWay.Return, Repeated: null } => Line(
                what,
                Verdict.Inconclusive,
                "the sides were not compared again after the return"
            ),
            _ when Differing(rollback) is not (null or 0) and var rows => Line(
                $"{what}, {Format.Count(rows.Value)} rows differ",
                rows > 0 ? Verdict.Fail : Verdict.Inconclusive,
                $"{Format.Count(rows.Value)} rows of the source still differ after the {what}"
            ),
            { Seconds: var seconds } when seconds >= Limit.TotalSeconds => Line(
                what,
                Verdict.Fail,
                $"the {what} took too long, limit {Format.Duration(Limit.TotalSeconds)}"
            ),
            { NotReturned: [_, ..] left } => Line(
                $"{what}, {Format.Count(left.Count)} left behind",
                Verdict.Warn,
                $"could not go back: {Format.List([.. left.Select(item => item.Subject)])}"
            ),
            { NotReturned: [] } => Line($"{what}, no row differs", Verdict.Pass, $"{what}, and no row differs"),
            _ => Line(what, Verdict.Inconclusive, "it says nothing of what was left behind"),
        };
    }

    /// <returns>Null where nothing was compared: an undo applies no difference.</returns>
    private static long? Differing(RollbackReport rollback) => rollback.Repeated?.Sum(table => table.Rows);

    private static Criterion Line(string measured, Verdict verdict, string reason) =>
        new(Name, Wanted, measured, verdict, $"{Name}: {reason}.");
}
