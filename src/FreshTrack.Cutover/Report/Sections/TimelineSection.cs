using FreshTrack.Cutover.Reporting.Markup;

namespace FreshTrack.Cutover.Reporting.Sections;

/// <summary>Planned against actual time of every phase as bars, and every step with what it says.</summary>
internal static class TimelineSection
{
    /// <summary>An actual run this many times shorter than planned is drawn on a scale of its own; its bars would not
    /// be seen.</summary>
    private const double TooShort = 6;

    public static Html Write(IReadOnlyList<PhaseBar> phases) =>
        phases.Count == 0 ? Section.Nothing("No phase has begun.") : Html.Join([Bars(phases), Steps(phases)]);

    private static Html Bars(IReadOnlyList<PhaseBar> phases)
    {
        // A final check lies before T-0.
        var (plannedFrom, actualFrom) = (
            Math.Min(0, phases.Min(phase => phase.PlannedStart)),
            Math.Min(0, phases.Min(phase => phase.ActualStart ?? 0))
        );
        var (planned, actual) = (
            phases.Max(phase => phase.PlannedEnd) - plannedFrom,
            phases.Max(phase => phase.ActualEnd ?? 0) - actualFrom
        );
        var ownScale = actual > 0 && actual * TooShort < planned;
        var (plannedScale, actualScale) = ownScale
            ? (planned, actual)
            : (Math.Max(planned, actual), Math.Max(planned, actual));
        var (plannedAxis, actualAxis) = ownScale
            ? (new TimeAxis(plannedFrom, plannedScale), new TimeAxis(actualFrom, actualScale))
            : (
                new TimeAxis(Math.Min(plannedFrom, actualFrom), plannedScale),
                new TimeAxis(Math.Min(plannedFrom, actualFrom), plannedScale)
            );
        var scale = ownScale
            ? $"Planned bars span {Format.Duration(planned)}, actual bars {Format.Duration(actual)}: each on a scale "
                + "of its own."
            : $"Both kinds of bars span {Format.Duration(plannedScale)}.";
        return Html.Of(
            $"""
            <figure class="timeline">
            <figcaption>{scale}</figcaption>
            <ol>
            {Html.Each(phases, phase => Row(phase, plannedAxis, actualAxis))}</ol>
            <ul class="legend"><li><svg aria-hidden="true" class="key" viewBox="0 0 30 10"
            ><rect class="planned" x="1" y="1" width="28" height="8"/></svg>planned</li
            ><li><svg aria-hidden="true" class="key" viewBox="0 0 30 10"
            ><rect class="actual pass" x="1" y="1" width="28" height="8"/></svg>actual</li></ul>
            {Phases(phases).WriteFolded("Planned against actual: the same as a table")}</figure>

            """
        );
    }

    private static Html Row(PhaseBar phase, TimeAxis planned, TimeAxis actual) =>
        Html.Of(
            $"""
            <li><span class="name">{phase.Number} {phase.Name}</span>
            <svg role="img" aria-label="{phase.Name}: planned {Format.Duration(
                phase.PlannedEnd - phase.PlannedStart
            )}, actual {Actual(phase)}" viewBox="0 0 1000 24" preserveAspectRatio="none">{Bar(
                "planned",
                phase.PlannedStart,
                phase.PlannedEnd,
                planned,
                0
            )}{(
                phase is { ActualStart: { } start, ActualEnd: { } end }
                    ? Bar($"actual {phase.State}", start, end, actual, 13)
                    : Html.Empty
            )}</svg>
            <span class="times">{Actual(phase)} <small>of {Format.Duration(
                phase.PlannedEnd - phase.PlannedStart
            )}</small></span></li>

            """
        );

    private static Html Bar(string look, double start, double end, TimeAxis axis, int y)
    {
        var (from, to) = (axis.At(start), axis.At(end));
        return Html.Of(
            $"""
            <rect class="{look}" x="{Number(from)}" y="{y}"
            width="{Number(Math.Max(to - from, 2))}" height="11"/>
            """
        );
    }

    private static Table Phases(IReadOnlyList<PhaseBar> phases) =>
        new(
            "Planned against actual time of every phase",
            [
                new("phase"),
                new("planned from T-0", true),
                new("planned", true),
                new("actual from T-0", true),
                new("actual", true),
                new("of the plan", true),
            ],
            [.. phases.Select(Cells)]
        );

    private static IReadOnlyList<Html> Cells(PhaseBar phase) =>
        [
            Html.Of($"{phase.Number} {phase.Name}"),
            Html.Text(Format.Duration(phase.PlannedStart)),
            Html.Text(Format.Duration(phase.PlannedEnd - phase.PlannedStart)),
            Html.Text(phase.ActualStart is { } start ? Format.Duration(start) : "–"),
            Html.Text(Actual(phase)),
            Html.Text(
                phase.ActualSeconds is { } seconds
                    ? Format.RoundedPercent(seconds / (phase.PlannedEnd - phase.PlannedStart))
                    : "–"
            ),
        ];

    private static Html Steps(IReadOnlyList<PhaseBar> phases)
    {
        var steps = phases.SelectMany(phase => phase.Steps).ToList();
        return steps.Count == 0
            ? Html.Empty
            : new Table(
                "Every step",
                [new("step"), new("verdict"), new("time", true), new("what it says")],
                [
                    .. steps.Select(step =>
                        (IReadOnlyList<Html>)
                            [
                                Html.Of($"{step.Title}<small>{step.Id}</small>"),
                                VerdictStyle.Badge(step.Verdict),
                                Html.Text(Format.Duration(step.End - step.Start)),
                                Html.Text(step.Summary),
                            ]
                    ),
                ]
            ).Write();
    }

    private static string Actual(PhaseBar phase) =>
        phase.ActualSeconds is { } seconds ? Format.Duration(seconds) : "not begun";

    private static string Number(double value) => value.ToString("0.##");

    /// <param name="From">Seconds from T-0 at its left end.</param>
    /// <param name="Length">Seconds.</param>
    private sealed record TimeAxis(double From, double Length)
    {
        /// <returns>Thousandths of the axis.</returns>
        public double At(double seconds) => (seconds - From) / Length * 1000;
    }
}
