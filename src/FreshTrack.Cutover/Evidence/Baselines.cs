using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The load results that a run is compared with: the content of <c>baseline.json</c>.</summary>
public sealed record Baselines(IReadOnlyList<Baseline> Runs)
{
    /// <summary>The newest runs that pass this policy, of the same scale on the same kind of machine, with nothing
    /// injected, newest first.</summary>
    public static async Task<Baselines> CollectAsync(
        string runs,
        RunDescription current,
        Policy policy,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Baseline>();
        var folders = Directory
            .EnumerateDirectories(runs)
            .Select(Path.GetFileName)
            .Where(name => name != current.RunId && name != "latest");
        foreach (var name in folders.OrderDescending())
        {
            if (found.Count >= (policy.Baseline?.Runs ?? 0))
            {
                break;
            }

            if (await ReadAsync(Path.Combine(runs, name!), current, policy, cancellationToken) is { } load)
            {
                found.Add(new Baseline(name!, load));
            }
        }

        return new Baselines(found);
    }

    /// <summary>The run is judged again: neither an edited <c>load.json</c> nor an edited <c>gate.json</c> makes a
    /// baseline.</summary>
    private static async Task<LoadResult?> ReadAsync(
        string folder,
        RunDescription current,
        Policy policy,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var earlier = await RunEvidence.ReadAsync(folder, cancellationToken);
            var run = earlier.Run;
            // A copy of a run, under another name, is not another run; one that overlaps this one is not an earlier
            // one.
            return
                run.RunId == Path.GetFileName(folder)
                && run.EndedAt <= current.StartedAt
                && (run.Kind, run.Scale, run.Machine, run.Inject)
                    == (current.Kind, current.Scale, current.Machine, null)
                && Gate.Judge(earlier, policy).Verdict is Verdict.Pass or Verdict.Warn
                ? earlier.Load
                : null;
        }
        catch (Exception e) when (e is IOException or RefusedException)
        {
            // A run that was cut off or changed, or written by another version, is not a baseline.
            return null;
        }
    }
}

public sealed record Baseline(string RunId, LoadResult Load);
