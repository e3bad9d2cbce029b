using FreshTrack.Cutover.Gating;
using FreshTrack.Cutover.Reporting.Markup;
using FreshTrack.Cutover.Reporting.Sections;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Cutover.Board;

/// <summary>The board as a page of parts; a live one replaces its parts by itself. The parts are those of the
/// report.</summary>
public static class BoardPage
{
    private static readonly Policy NoLimits = new([], []);
    private static readonly string Script = Page.Read("board.js");

    /// <summary>The page of a moment; nothing on it moves.</summary>
    public static string WriteStill(BoardState state) => Write(state, script: null);

    /// <summary>The page that follows the run through <c>/events</c>.</summary>
    public static string WriteLive(BoardState state) => Write(state, Script);

    /// <summary>Part → its markup, in the page's order.</summary>
    public static IReadOnlyDictionary<string, string> Parts(BoardState state) =>
        Build(state).ToDictionary(part => part.Id, part => part.Markup.ToString());

    private static string Write(BoardState state, string? script) =>
        new Page(
            $"{BoardHeader.Announcement(state)} · {state.What}",
            Html.Of(
                $"""
                <p id="link" class="note fail" role="alert" hidden>The run has not answered since
                <span id="since"></span>. What you see is from then; look at the console that started it.</p>
                <main>
                {Html.Each(Build(state), part => Html.Of($"<div id=\"part-{part.Id}\">{part.Markup}</div>\n"))}</main>

                """
            ),
            script
        ).Write();

    private static IEnumerable<(string Id, Html Markup)> Build(BoardState state)
    {
        yield return (
            "announcement",
            Html.Of($"""<p role="status" class="unseen">{BoardHeader.Announcement(state)}</p>""")
        );
        yield return ("state", BoardHeader.Write(state));
        yield return (
            "timeline",
            new Section("timeline", "Planned against actual", TimelineSection.Write([.. Bars(state)])).Write()
        );
        yield return (
            "load",
            Shown(
                state.Load is not null,
                new("load", "Load", LoadSection.Write(state.Load, state.Report?.Policy ?? NoLimits))
            )
        );
        yield return (
            "counts",
            Shown(
                state.Verification is not null,
                new("counts", "Source against target", CountsSection.Write(state.Verification))
            )
        );
        yield return (
            "findings",
            state is { Verification: not null, Plan: { } plan }
                ? new Section(
                    "findings",
                    "Findings",
                    FindingsSection.Write(state.Report?.Evidence.Preflight, state.Verification, plan)
                ).Write()
                : Html.Empty
        );
        yield return (
            "move",
            Shown(
                state.Manifest is not null,
                new(
                    "move",
                    "The move",
                    MoveSection.Write(state.Manifest, state.Ended.SelectMany(phase => phase.Steps).Concat(state.Steps))
                )
            )
        );
    }

    // What has not been reached is no news yet; the report is where it would be missed.
    private static Html Shown(bool reached, Section section) => reached ? section.Write() : Html.Empty;

    private static IEnumerable<PhaseBar> Bars(BoardState state) =>
        state
            .Ended.Select(PhaseBar.Ended)
            .Concat(state.Phase is { } phase ? [Bar(phase, state.PhaseStart, state.Elapsed, "running", state)] : [])
            .Concat(state.Ahead.Select(ahead => Bar(ahead, null, null, "open", state)))
            .OrderBy(bar => bar.PlannedStart);

    private static PhaseBar Bar(Phase phase, double? start, double? end, string look, BoardState state) =>
        new(
            phase.Number,
            phase.Name,
            phase.PlannedStart.TotalSeconds,
            phase.PlannedEnd.TotalSeconds,
            start,
            end,
            look,
            start is null ? [] : state.Steps
        );
}
