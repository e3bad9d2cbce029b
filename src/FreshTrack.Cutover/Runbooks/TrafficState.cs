using FreshTrack.Cutover.Journal;

namespace FreshTrack.Cutover.Runbooks;

/// <summary>Decides between taking a cutover back and returning from it.</summary>
public static class TrafficState
{
    /// <summary>Traffic has moved once the journal holds the start of the first switch: from then on the new side may
    /// have taken what the old one has not.</summary>
    public static bool HasMoved(IEnumerable<JournalEntry> journal) =>
        journal.Any(entry =>
            entry.Event == JournalEvent.StepStarted
            && entry.Subject is CutoverRunbook.SwitchWebhooks or CutoverRunbook.SwitchDns or CutoverRunbook.Open
        );
}
