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

    public static Criterion Judge(GateInput input) =>
        Line(input) with
        {
            Working = new Working(
                "run.json startedAt and endedAt; startedAt of timeline.json, load.json and baseline.json runs[].load",
                $"Inconclusive when one lies more than {Tolerance.TotalMinutes} min outside of the run, "
                    + "or an earlier run's after its start",
                [.. Figures(input)]
            ),
        };

    private static Criterion Line(GateInput input)
    {
        if (input is not { Run: { EndedAt: { } end, StartedAt: var start } })
        {
            return Open("nothing", "run.json does not say when the run started and ended");
        }

        var wrong = Dates(input)
            .Where(date => date.At > end + Tolerance || date.At < start - Tolerance)
            .Concat(
                (input.Baselines ?? [])
                    .Where(run => run.StartedAt > start)
                    .Select(run => (File: "baseline.json", At: run.StartedAt))
            )
            .Prepend((File: "run.json", At: end))
            .Skip(end < start ? 0 : 1)
            .ToList();
        return wrong.Count == 0
            ? new Criterion(Name, Wanted, Wanted, Verdict.Pass, $"{Name}: all of the evidence was made during the run.")
            : Open(
                $"{wrong[0].File} of {At(wrong[0].At)}",
                $"{wrong[0].File} is of {At(wrong[0].At)}, the run went from {At(start)} to {At(end)}"
            );
    }

    private static IEnumerable<(string File, DateTimeOffset At)> Dates(GateInput input)
    {
        if (input.Timeline is { } timeline)
        {
            yield return ("timeline.json", timeline.StartedAt);
        }

        if (input.Load is { } load)
        {
            yield return ("load.json", load.StartedAt);
        }
    }

    private static IEnumerable<string> Figures(GateInput input) =>
        [
            "run.json: "
                + $"{(input.Run is { } run ? $"{At(run.StartedAt)} to {(run.EndedAt is { } end ? At(end) : "nothing")}" : "nothing")}",
            .. Dates(input).Select(date => $"{date.File}: {At(date.At)}"),
            .. (input.Baselines ?? []).Select(baseline => $"baseline.json: {At(baseline.StartedAt)}"),
        ];

    private static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static Criterion Open(string measured, string reason) =>
        new(Name, Wanted, measured, Verdict.Inconclusive, $"{Name}: {reason}; rehearse again.");
}
