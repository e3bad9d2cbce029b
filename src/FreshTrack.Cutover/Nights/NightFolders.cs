using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>Finds the runs of an environment on this machine and in the object store, where another machine left
/// them.</summary>
/// <param name="environment">Its name.</param>
/// <param name="store">Null where it does not answer: then this machine's folders alone are looked at.</param>
public sealed class NightFolders(string runs, string environment, ObjectStore? store, RunObservers observers)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> brought = [];

    /// <summary>The newest run of the kind; what another machine has done of it is brought here first. A run whose
    /// process died between its last line and its seal is sealed.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="RefusedException">A run here and its mirror tell different stories.</exception>
    public async Task<RunFolder?> NewestAsync(string kind, CancellationToken cancellationToken)
    {
        if (brought.Add(kind))
        {
            await BringAsync(kind, cancellationToken);
        }

        if (await NewestHereAsync(kind, cancellationToken) is not { } newest)
        {
            return null;
        }

        if (newest.IsSealed || EvidenceFolder.IsHeld(newest.Path))
        {
            return newest;
        }

        var journal = Path.Combine(newest.Path, JournalFile.FileName);
        if (!File.Exists(journal) || !HasEnded(await JournalFile.ReadAsync(journal, cancellationToken)))
        {
            return newest;
        }

        using var evidence = EvidenceFolder.Open(runs, newest.Run.RunId);
        await KeepAsync(evidence, cancellationToken);
        await Seal.WriteAsync(evidence.Path, cancellationToken);
        return newest with { IsSealed = true };
    }

    /// <returns>The folder of the newest run of the kind, to be written by this process alone; null where that one is
    /// over.</returns>
    /// <exception cref="RefusedException">A run here and its mirror tell different stories.</exception>
    public async Task<EvidenceFolder?> UnfinishedAsync(string kind, CancellationToken cancellationToken)
    {
        if (await NewestAsync(kind, cancellationToken) is not { IsSealed: false } unfinished)
        {
            return null;
        }

        observers.Note($"run {unfinished.Run.RunId} goes on");
        return EvidenceFolder.Open(runs, unfinished.Run.RunId);
    }

    /// <summary>Every step is done and passed, or the run was led back from.</summary>
    internal static bool HasEnded(IReadOnlyList<JournalEntry> entries) =>
        entries
            is [.., { Event: JournalEvent.Followed }]
                or [.., { Event: JournalEvent.RunEnded, Outcome: nameof(Verdict.Pass) or nameof(Verdict.Warn) }];

    /// <summary>Brings its last lines to the store, so that no other machine takes the run for unfinished.</summary>
    private async Task KeepAsync(EvidenceFolder evidence, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        await using var journal = await JournalFile.OpenAsync(
            evidence.PathOf(JournalFile.FileName),
            TimeProvider.System,
            cancellationToken
        );
        try
        {
            await new JournalMirror(store, evidence.RunId).KeepAsync(journal, evidence, cancellationToken);
        }
        catch (MigrationException e)
        {
            observers.Note($"The end of {evidence.RunId} is on this machine alone: {e.Message}");
        }
    }

    private async Task<RunFolder?> NewestHereAsync(string kind, CancellationToken cancellationToken) =>
        (await RunFolder.FindAsync(runs, kind, environment, cancellationToken)) is [var newest, ..] ? newest : null;

    private async Task BringAsync(string kind, CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        var here = await NewestHereAsync(kind, cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await store.EnsureBucketAsync(limit.Token);
            foreach (var runId in (await JournalMirror.RunsAsync(store, limit.Token)).Reverse())
            {
                var order = string.CompareOrdinal(runId, here?.Run.RunId);
                if (order < 0 || (order == 0 && here!.IsSealed))
                {
                    return;
                }

                var mirror = new JournalMirror(store, runId);
                if (runId.EndsWith($"-{kind}") && (await mirror.DescribeAsync(limit.Token))?.Environment == environment)
                {
                    await RestoreAsync(mirror, runId, limit.Token);
                    return;
                }
            }
        }
        catch (Exception e)
            when (e is MigrationException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            // Whether a step may begin without the mirror is for the guard to say.
            var why = e is MigrationException ? e.Message : $"{store} is silent.";
            observers.Note($"What other machines did is not known: {why}");
        }
    }

    private async Task RestoreAsync(JournalMirror mirror, string runId, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(runs, runId);
        var journal = Path.Combine(folder, JournalFile.FileName);
        var here = File.Exists(journal) ? (await JournalFile.ReadAsync(journal, cancellationToken)).Count : 0;
        if (EvidenceFolder.IsHeld(folder) || here >= await mirror.CountAsync(cancellationToken))
        {
            return;
        }

        using var evidence = EvidenceFolder.Open(runs, runId);
        if (await mirror.RestoreAsync(evidence, cancellationToken) is { } lines)
        {
            observers.Note($"run {runId}: {lines} lines of its journal came from the object store");
        }
    }
}
