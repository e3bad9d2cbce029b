using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Gating;

/// <summary>The evidence was made during the run, and what it is compared with before: a file of another day is not
/// this run's.</summary>
/// <remarks><c>verification.json</c> is dated by the data's clock, which in a rehearsal is the fixtures', and cannot be
/// compared with the run's.</remarks>
internal static class TimesCriterion
{
    private const string Name = "times";
    private const string Wanted = "all within the run";

    /// <summary>What the machine's clock may be set by while a run goes on.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    public static Criterion Judge(RunEvidence evidence) =>
        Line(evidence) with
        {
            Derivation = new Derivation(
                "run.json startedAt and endedAt; startedAt of timeline.json, load.json and baseline.json runs[].load",
                $"Inconclusive when one lies more than {Tolerance.TotalMinutes} min outside of the run, "
                    + "or an earlier run's after its start",
                [.. Figures(evidence)]
            ),
        };

    private static Criterion Line(RunEvidence evidence)
    {
        if (evidence.Run is not { EndedAt: { } end, StartedAt: var start })
        {
            return Open("nothing", "run.json does not say when the run started and ended");
        }

        var wrong = Dates(evidence)
            .Where(date => date.At > end + Tolerance || date.At < start - Tolerance)
            .Concat(Baselines(evidence).Where(at => at > start).Select(at => (File: "baseline.json", At: at)))
            .Prepend((File: "run.json", At: end))
            .Skip(end < start ? 0 : 1)
            .ToList();
        return wrong.Count == 0
            ? new Criterion(Name, Wanted, Wanted, Verdict.Pass, $"{Name}: all of the evidence was made during the run.")
            : Open(
                $"{wrong[0].File} of {Format.Time(wrong[0].At)}",
                $"{wrong[0].File} is of {Format.Time(wrong[0].At)}, the run went from {Format.Time(start)} to "
                    + Format.Time(end)
            );
    }

    private static IEnumerable<(string File, DateTimeOffset At)> Dates(RunEvidence evidence)
    {
        if (evidence.Timeline is { } timeline)
        {
            yield return ("timeline.json", timeline.StartedAt);
        }

        if (evidence.Load is { } load)
        {
            yield return ("load.json", load.StartedAt);
        }
    }

    private static IEnumerable<string> Figures(RunEvidence evidence) =>
        [
            $"run.json: {Format.Time(evidence.Run.StartedAt)} to "
                + (evidence.Run.EndedAt is { } end ? Format.Time(end) : "nothing"),
            .. Dates(evidence).Select(date => $"{date.File}: {Format.Time(date.At)}"),
            .. Baselines(evidence).Select(at => $"baseline.json: {Format.Time(at)}"),
        ];

    private static IEnumerable<DateTimeOffset> Baselines(RunEvidence evidence) =>
        (evidence.Baselines?.Runs ?? []).Select(baseline => baseline.Load.StartedAt);

    private static Criterion Open(string measured, string reason) =>
        new(Name, Wanted, measured, Verdict.Inconclusive, $"{Name}: {reason}; rehearse again.");
}
