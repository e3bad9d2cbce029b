using System.Text;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>A cutover in review, as Markdown, from its journal alone.</summary>
public static class Retrospective
{
    /// <param name="notes">What people want to be remembered of the time since.</param>
    public static string Write(
        string runId,
        PlannedRunbook runbook,
        IReadOnlyList<JournalEntry> journal,
        IReadOnlyList<string> notes
    )
    {
        var timeline = Timeline.Of(runbook, journal);
        var text = new StringBuilder();
        text.Append($"# Retrospective of {runId}\n\n## Planned and actual\n\n");
        text.Append("| phase | planned | actual | ended |\n|---|---:|---:|---|\n");
        foreach (var phase in timeline.Phases)
        {
            text.Append(
                $"| {phase.Number} {Cell(phase.Name)} | {Format.Duration(phase.PlannedSeconds)} | "
                    + $"{Format.Duration(phase.ActualSeconds)} | "
                    + $"T+{Format.Duration(phase.ActualEnd)}, {Late(phase)} |\n"
            );
        }

        Section(
            text,
            "Incidents",
            journal.Where(entry =>
                entry
                    is { Event: JournalEvent.StepEnded, Outcome: nameof(Verdict.Fail) or nameof(Verdict.Inconclusive) }
            ),
            entry => $"{entry.Subject}: {entry.Outcome}: {entry.Detail}"
        );
        Section(
            text,
            "Passed over",
            journal.Where(entry => entry.Event == JournalEvent.StepSkipped),
            entry => $"{entry.Subject}: {entry.Detail}"
        );
        Section(
            text,
            "Confirmed",
            journal.Where(entry => entry.Event == JournalEvent.ConfirmationGiven),
            entry =>
                $"{entry.Subject}: {entry.Detail} ({entry.Output?["runner"]}, approved by {entry.Output?["approver"]})"
        );
        Section(
            text,
            "Set aside, answered and noted",
            journal.Where(entry =>
                entry.Event is JournalEvent.Overridden or JournalEvent.Answered or JournalEvent.Noted
            ),
            entry => $"{entry.Event}: {entry.Outcome} {entry.Detail}"
        );
        text.Append("\n## Changes since\n\n");
        text.Append(notes.Count == 0 ? "- none\n" : string.Concat(notes.Select(note => $"- {note}\n")));
        text.Append("\n## What went well, what did not, what is changed\n\n-\n");
        return text.ToString();
    }

    private static void Section(
        StringBuilder text,
        string title,
        IEnumerable<JournalEntry> entries,
        Func<JournalEntry, string> line
    )
    {
        text.Append($"\n## {title}\n\n");
        var lines = entries
            .Select(entry => $"- {Format.Time(entry.At)} {line(entry).ReplaceLineEndings(" ")}\n")
            .ToList();
        text.Append(lines.Count == 0 ? "- none\n" : string.Concat(lines));
    }

    private static string Late(PhaseTiming phase) =>
        phase.ActualEnd > phase.PlannedEnd
            ? $"{Format.Duration(phase.ActualEnd - phase.PlannedEnd)} late"
            : $"{Format.Duration(phase.PlannedEnd - phase.ActualEnd)} early";

    private static string Cell(string text) => text.Replace("|", "\\|");
}
