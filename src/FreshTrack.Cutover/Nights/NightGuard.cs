using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;

namespace FreshTrack.Cutover.Nights;

/// <summary>Before each step: this process still has source and target, and the journal is where another machine finds
/// it.</summary>
/// <param name="goesBack">A rollback continues without the mirror, and says so.</param>
internal sealed class NightGuard(
    CutoverLock held,
    JournalMirror mirror,
    JournalFile journal,
    EvidenceFolder evidence,
    RunObservers observers,
    bool goesBack
) : IRunGuard
{
    private bool isNoted;

    public async Task DemandAsync(bool isAnswered, CancellationToken cancellationToken)
    {
        await held.DemandAsync(isAnswered, cancellationToken);
        try
        {
            await mirror.KeepAsync(journal, evidence, cancellationToken);
            isNoted = false;
        }
        catch (MigrationException e) when (goesBack)
        {
            if (!isNoted)
            {
                observers.Note($"The journal is on this machine alone: {e.Message} The way back continues without it.");
                isNoted = true;
            }
        }
    }
}
