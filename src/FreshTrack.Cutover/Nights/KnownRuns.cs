using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.Cutover.Nights;

/// <summary>Says where the newest procedure of an environment stands, whichever machine runs it. Nothing is
/// changed.</summary>
/// <param name="runs">The folder of all runs.</param>
public sealed class KnownRuns(string runs, CutoverEnvironment environment, RunObservers observers, TimeProvider clock)
{
    /// <returns>Null where neither this machine nor the object store knows of a procedure.</returns>
    /// <exception cref="RefusedException">A journal was edited, or a file of the run cannot be read.</exception>
    public async Task<NightStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        var here = await NewestHereAsync(cancellationToken);
        try
        {
            foreach (var runId in (await JournalMirror.RunsAsync(environment.ObjectStore, cancellationToken)).Reverse())
            {
                if (string.CompareOrdinal(runId, here?.Run.RunId) < 0)
                {
                    break;
                }

                if (await StatusAsync(runId, cancellationToken) is { } status)
                {
                    return status;
                }
            }
        }
        catch (MigrationException e)
        {
            observers.Note($"What other machines did is not known: {e.Message}");
        }

        return here is null
            ? null
            : await NightStatus.ReadAsync(here, await WorkerAsync(here.Path, cancellationToken), cancellationToken);
    }

    /// <returns>Null where this machine has all of it, or it is not a procedure of this environment.</returns>
    private async Task<NightStatus?> StatusAsync(string runId, CancellationToken cancellationToken)
    {
        if (!ProcedureKinds.All.Any(kind => runId.EndsWith($"-{kind}")))
        {
            return null;
        }

        using var found = await OpenedRun.OpenAsync(runs, environment.ObjectStore, clock, runId, cancellationToken);
        return
            found is { IsElsewhere: true }
            && RunEvidence.FindBegun(found.Journal) is { } run
            && run.Environment == environment.Name
            ? await NightStatus.ReadAsync(
                new RunFolder(found.Folder, run, NightFolders.HasEnded(found.Journal)),
                await WorkerAsync(folder: null, cancellationToken),
                cancellationToken
            )
            : null;
    }

    private async Task<RunFolder?> NewestHereAsync(CancellationToken cancellationToken)
    {
        var newest = new List<RunFolder>();
        foreach (var kind in ProcedureKinds.All)
        {
            newest.AddRange((await RunFolder.FindAsync(runs, kind, environment.Name, cancellationToken)).Take(1));
        }

        return newest.MaxBy(run => run.Run.RunId, StringComparer.Ordinal);
    }

    /// <returns>Who works on it now; null where nobody does, or the source does not say.</returns>
    private async Task<string?> WorkerAsync(string? folder, CancellationToken cancellationToken)
    {
        if (folder is not null && EvidenceFolder.IsHeld(folder))
        {
            return "a process of this machine";
        }

        try
        {
            return await CutoverLock.FindHolderAsync(environment.Source, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
