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
    /// <summary>What the way back waits for the object store.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private bool isGone;

    public async Task DemandAsync(bool isAnswered, CancellationToken cancellationToken)
    {
        // Where nobody can be asked the number in the source decides alone: nobody has had a turn meanwhile.
        await held.DemandAsync(isAnswered || !asksPeople, cancellationToken);
        if (!goesBack)
        {
            await mirror.KeepAsync(journal, evidence, cancellationToken);
            return;
        }

        if (isGone)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await mirror.KeepAsync(journal, evidence, limit.Token);
        }
        catch (Exception e)
            when (e is MigrationException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            isGone = true;
            var why = e is MigrationException ? e.Message : "the object store is silent.";
            observers.Note($"The journal is on this machine alone: {why} The way back continues without it.");
        }
    }
}
