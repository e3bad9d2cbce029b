using System.Text.Json;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The load results that a run is compared with: the content of <c>baseline.json</c>.</summary>
public sealed record Baselines(IReadOnlyList<Baseline> Runs)
{
    /// <summary>The newest passing runs of the same scale on the same kind of machine, with nothing injected, newest first.</summary>
    public static async Task<Baselines> CollectAsync(string runs, RunDescription current, int most, CancellationToken cancellationToken)
    {
        var found = new List<Baseline>();
        var folders = Directory.EnumerateDirectories(runs).Select(Path.GetFileName).Where(name => name != current.RunId && name != "latest");
        foreach (var name in folders.OrderDescending(StringComparer.Ordinal))
        {
            if (found.Count == most)
            {
                break;
            }

            if (await ReadAsync(Path.Combine(runs, name!), current, cancellationToken) is { } load)
            {
                found.Add(new Baseline(name!, load));
            }
        }

        return new Baselines(found);
    }

    private static async Task<LoadResult?> ReadAsync(string folder, RunDescription current, CancellationToken cancellationToken)
    {
        try
        {
            var run = EvidenceJson.Deserialize<RunDescription>(await File.ReadAllTextAsync(Path.Combine(folder, "run.json"), cancellationToken));
            var gate = EvidenceJson.Deserialize<GateResult>(await File.ReadAllTextAsync(Path.Combine(folder, "gate.json"), cancellationToken));
            var comparable = (run.Kind, run.Scale, run.Machine, run.Inject) == (current.Kind, current.Scale, current.Machine, null)
                && gate.Verdict is Verdict.Pass or Verdict.Warn;
            return comparable ? EvidenceJson.Deserialize<LoadResult>(await File.ReadAllTextAsync(Path.Combine(folder, "load.json"), cancellationToken)) : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // A run that was cut off, or written by another version, is no baseline.
            return null;
        }
    }
}

public sealed record Baseline(string RunId, LoadResult Load);
