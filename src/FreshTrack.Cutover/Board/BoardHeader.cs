using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Reporting.Sections;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Board;

/// <summary>What is seen from across the room: the state, elapsed against planned time, what is being done, and what
/// will be asked next.</summary>
internal static class BoardHeader
{
    public static Html Write(BoardState state) =>
        state.Report is { } report
            ? VerdictSection.Write(report)
            : Html.Of(
                $"""
                <header class="verdict {Class(state)}">
                <p class="kind">{state.What} · {Format.Time(state.At)}</p>
                <h1>{Name(state)}</h1>
                <p class="meaning">{Meaning(state)}</p>
                {Work(state)}{Tiles.Write([Elapsed(state), PhaseTime(state), Confirmation(state)])}</header>

                """
            );

    /// <summary>The same in one sentence without seconds, for who listens to the page.</summary>
    public static string Announcement(BoardState state) =>
        state.Report is { } report
            ? $"{report.Gate.Verdict}. {VerdictSection.Meaning(report)}"
            : $"{Name(state)}. {Meaning(state)}";

    private static string Name(BoardState state) =>
        state switch
        {
            { Stopped.Verdict: Verdict.Fail } => "Failed",
            { Stopped: not null } or { Failure: not null } => "Stopped",
            { Asked: not null } => "Waiting",
            { Phase: not null } => "Running",
            { Ended.Count: 0 } => "Preparing",
            { Next: not null } => "Running",
            { Work: not null } => "Measuring",
            _ => "Judging",
        };

    private static string Class(BoardState state) =>
        state switch
        {
            { Stopped: { } step } => VerdictStyle.Class(step.Verdict),
            { Failure: not null } => VerdictStyle.Class(Verdict.Inconclusive),
            { Asked: not null } => VerdictStyle.Class(Verdict.Warn),
            _ => "running",
        };

    private static string Meaning(BoardState state) =>
        state switch
        {
            { Stopped: { } step } => $"{step.Title}: {step.Summary}",
            { Failure: { } failure } => failure,
            { Asked: { } asked } =>
                $"Phase {asked.Phase.Number}, {asked.Phase.Name}, waits until it is confirmed: {asked.Text}",
            { Phase: { } phase } => $"Phase {phase.Number}, {phase.Name}",
            { Ended.Count: 0 } => "T-0 has not come yet",
            { Next: { } next } => $"Phase {state.Ended[^1].Number} is over, phase {next.Number}, {next.Name}, is next",
            _ => "Every phase is over",
        };

    private static Html Work(BoardState state) =>
        state.Work is not { } work
            ? Html.Empty
            : Html.Of(
                $"""
                <div class="work">
                <p><strong>{work.Title}</strong> <span class="fine">{Format.Duration(state.WorkSeconds)}</span></p>
                {Bar(work)}<p>{work.Progress.Text}</p>
                </div>

                """
            );

    private static Html Bar(BoardWork work) =>
        work.Progress.Share is { } share
            ? Html.Of($"<progress max=\"100\" value=\"{100 * share:0.#}\" aria-label=\"{work.Title}\"></progress>\n")
            : Html.Empty;

    private static Tile Elapsed(BoardState state)
    {
        var elapsed = state.Elapsed is { } seconds ? Format.Duration(seconds) : "–";
        var planned = state.Runbook.Count == 0 ? 0 : state.Runbook.Max(phase => phase.PlannedEnd.TotalSeconds);
        return new("elapsed", elapsed, $"of {Format.Duration(planned)} planned");
    }

    private static Tile PhaseTime(BoardState state)
    {
        if (state.Phase is not { } phase || state.Elapsed is not { } elapsed)
        {
            return new("phases", $"{state.Ended.Count} of {state.Runbook.Count}", "over");
        }

        var late = elapsed - phase.PlannedEnd.TotalSeconds;
        var left =
            late > 0
                ? $"late by {Format.Duration(late)}"
                : $"{Format.Duration(-late)} left until {Format.FromZero(phase.PlannedEnd)}";
        return new(
            $"phase {phase.Number}",
            Format.Duration(elapsed - state.PhaseStart),
            $"of {Format.Duration((phase.PlannedEnd - phase.PlannedStart).TotalSeconds)} planned, {left}"
        );
    }

    private static Tile Confirmation(BoardState state) =>
        state switch
        {
            { Asked: { } asked } => new("next confirmation", asked.Text, $"asked now, in phase {asked.Phase.Number}"),
            { NextQuestion: { } next } => new(
                "next confirmation",
                next.Text,
                $"in phase {next.Phase.Number}, planned at {Format.FromZero(next.Phase.PlannedStart)}"
            ),
            { AsksPeople: false } => new("next confirmation", "none", "this run asks nobody"),
            _ => new("next confirmation", "none", "nothing more will be asked"),
        };
}
