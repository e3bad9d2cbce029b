using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;

namespace FreshTrack.Cutover.Nights;

/// <summary>Before each step: this process still has source and target, and the journal is where another machine finds
/// it.</summary>
/// <param name="goesBack">A rollback continues without the mirror, and says so.</param>
/// <param name="asksPeople">Somebody decides whether a run continues whose lock was lost for a time.</param>
internal sealed class NightGuard(
    CutoverLock held,
    JournalMirror mirror,
    JournalFile journal,
    EvidenceFolder evidence,
    RunObservers observers,
    bool goesBack,
    bool asksPeople
) : IRunGuard
{
    private bool isNoted;

    public async Task DemandAsync(bool isAnswered, CancellationToken cancellationToken)
    {
        // Where nobody can be asked the number in the source decides alone: nobody has had a turn meanwhile.
        await held.DemandAsync(isAnswered || !asksPeople, cancellationToken);
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
