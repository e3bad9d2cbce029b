using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Nights;

/// <summary>The folder of a run that began.</summary>
/// <param name="IsSealed">The run is over: its evidence is sealed.</param>
public sealed record RunFolder(string Path, RunDescription Run, bool IsSealed)
{
    /// <summary>The runs of this kind in this environment, newest first. What another version wrote is passed
    /// over.</summary>
    public static async Task<IReadOnlyList<RunFolder>> FindAsync(
        string runs,
        string kind,
        string environment,
        CancellationToken cancellationToken
    )
    {
        var found = await FindAsync(runs, kind, cancellationToken);
        return [.. found.Where(folder => folder.Run.Environment == environment)];
    }

    /// <summary>For an environment in which no run of the kind is known: the names under which there are some here, as
    /// a sentence after a space; empty without any.</summary>
    public static async Task<string> OtherNamesAsync(string runs, string kind, CancellationToken cancellationToken)
    {
        var names = (await FindAsync(runs, kind, cancellationToken)).Select(folder => $"'{folder.Run.Environment}'");
        var list = string.Join(", ", names.Distinct().Order());
        return list.Length == 0 ? "" : $" There are runs of {list} here: was the environment renamed?";
    }

    /// <returns>Which server of the run is another one now; null where all are the same.</returns>
    public async Task<string?> DifferenceToAsync(EnvironmentDescription now, CancellationToken cancellationToken) =>
        (
            await EvidenceFile.FindAsync<EnvironmentDescription>(Path, "environment.json", cancellationToken)
        )?.DifferenceTo(now);

    private static async Task<List<RunFolder>> FindAsync(string runs, string kind, CancellationToken cancellationToken)
    {
        var found = new List<RunFolder>();
        var folders = Directory.Exists(runs) ? Directory.GetDirectories(runs, $"*-{kind}") : [];
        foreach (var path in folders.OrderDescending(StringComparer.Ordinal))
        {
            if (await DescribeAsync(path, cancellationToken) is { } run && run.Kind == kind)
            {
                found.Add(new RunFolder(path, run, File.Exists(System.IO.Path.Combine(path, Seal.FileName))));
            }
        }

        return found;
    }

    private static async Task<RunDescription?> DescribeAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var journal = System.IO.Path.Combine(path, JournalFile.FileName);
            return !File.Exists(System.IO.Path.Combine(path, "run.json")) && File.Exists(journal)
                ? RunEvidence.FindBegun(await JournalFile.ReadAsync(journal, cancellationToken))
                : await RunEvidence.DescribeAsync(path, cancellationToken);
        }
        catch (RefusedException)
        {
            return null;
        }
    }
}
