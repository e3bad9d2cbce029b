using System.Text;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Journal;

/// <summary>A run's journal and evidence in the object store, from which the run goes on when its machine is
/// gone.</summary>
/// <remarks>Every line is an object of its own below <c>journals/RUN/lines/</c>: nothing that was written there is
/// written again. It does not lie below <c>runs/</c>, which the exporter sweeps.</remarks>
public sealed class JournalMirror(ObjectStore store, string runId)
{
    private const string Root = "journals/";
    private const string LineFolder = "/lines/";
    private const string FileFolder = "/evidence/";
    private const int ReadAtOnce = 16;

    private readonly Dictionary<string, string> kept = [];
    private int lines;
    private bool isCompared;

    /// <summary>Brings the mirror up to the journal and the evidence as they are now.</summary>
    /// <exception cref="RefusedException">The mirror holds what this journal does not: another machine went on with the
    /// run.</exception>
    /// <exception cref="Migration.MigrationException">The store does not answer.</exception>
    public async Task KeepAsync(JournalFile journal, EvidenceFolder evidence, CancellationToken cancellationToken)
    {
        if (!isCompared)
        {
            await store.EnsureBucketAsync(cancellationToken);
            lines = await CompareAsync(journal, cancellationToken);
            isCompared = true;
        }

        // Files first: the line that says a step has passed comes with what the step left.
        foreach (var path in Directory.EnumerateFiles(evidence.Path).Where(IsMirrored).Order())
        {
            await KeepFileAsync(path, cancellationToken);
        }

        for (; lines < journal.Lines.Count; lines++)
        {
            await store.PutAsync(LineKey(lines + 1), Encoding.UTF8.GetBytes(journal.Lines[lines]), cancellationToken);
        }
    }

    /// <summary>Puts the run's folder together from the mirror where this machine has none, or fewer lines.</summary>
    /// <returns>Lines of the journal that came; null where this machine has them all.</returns>
    /// <exception cref="RefusedException">What lies in the store is no journal, or the one here is another.</exception>
    public async Task<int?> RestoreAsync(EvidenceFolder evidence, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(cancellationToken);
        var path = evidence.PathOf(JournalFile.FileName);
        var here = File.Exists(path) ? await JournalText.ReadAsync(path, cancellationToken) : JournalText.Empty;
        RefuseOther(here.Lines, text.Lines, path);
        if (here.Lines.Count >= text.Lines.Count)
        {
            return null;
        }

        await foreach (var key in store.ListAsync(Root + runId + FileFolder, cancellationToken))
        {
            var content = await store.ReadAsync(key, cancellationToken) ?? throw Missing(key);
            await File.WriteAllBytesAsync(
                evidence.PathOf(key[(key.LastIndexOf('/') + 1)..]),
                content,
                cancellationToken
            );
        }

        await evidence.WriteTextAsync(
            JournalFile.FileName,
            string.Concat(text.Lines.Select(line => line + '\n')),
            cancellationToken
        );
        return text.Lines.Count - here.Lines.Count;
    }

    /// <returns>Lines of the journal in the mirror; they are not read.</returns>
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await LineKeysAsync(cancellationToken)).Count;

    /// <returns>The run as its first line describes it; null where the mirror has none.</returns>
    /// <exception cref="RefusedException">What lies in the store is no journal.</exception>
    public async Task<RunDescription?> DescribeAsync(CancellationToken cancellationToken) =>
        await store.ReadAsync(LineKey(1), cancellationToken) is { } line
            ? RunEvidence.FindBegun(JournalText.Parse([.. line, (byte)'\n'], LineKey(1)).Entries)
            : null;

    /// <summary>What the mirror says of the run.</summary>
    public async Task<IReadOnlyList<JournalEntry>> EntriesAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Entries;

    /// <summary>The runs that have a journal in the store, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> RunsAsync(ObjectStore store, CancellationToken cancellationToken)
    {
        var runs = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var key in store.ListAsync(Root, cancellationToken))
        {
            runs.Add(key.Split('/')[1]);
        }

        return [.. runs];
    }

    private async Task<JournalText> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        foreach (var keys in (await LineKeysAsync(cancellationToken)).Chunk(ReadAtOnce))
        {
            var contents = await Task.WhenAll(keys.Select(key => store.ReadAsync(key, cancellationToken)));
            foreach (var (key, line) in keys.Zip(contents))
            {
                bytes.Write(line ?? throw Missing(key));
                bytes.WriteByte((byte)'\n');
            }
        }

        return JournalText.Parse(bytes.ToArray(), $"The journal of run {runId} in {store}");
    }

    private ValueTask<List<string>> LineKeysAsync(CancellationToken cancellationToken) =>
        store.ListAsync(Root + runId + LineFolder, cancellationToken).ToListAsync(cancellationToken);

    private async Task<int> CompareAsync(JournalFile journal, CancellationToken cancellationToken)
    {
        var mirrored = (await ReadAsync(cancellationToken)).Lines;
        RefuseOther(journal.Lines, mirrored, $"The journal of run {runId} on this machine");
        return mirrored.Count <= journal.Lines.Count
            ? mirrored.Count
            : throw new RefusedException(
                $"Run {runId} has {mirrored.Count} lines of journal in {store} and {journal.Lines.Count} here: it went "
                    + "on elsewhere. Run Status to see where; nothing was done here."
            );
    }

    private void RefuseOther(IReadOnlyList<string> here, IReadOnlyList<string> there, string place)
    {
        var same = here.Zip(there).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same < Math.Min(here.Count, there.Count))
        {
            throw new RefusedException(
                $"{place} and its mirror in {store} differ from line {same + 1} on: two machines went on with one "
                    + "run, or one of the two was edited. Nothing goes on from here; compare both, and put the one "
                    + "that is false aside."
            );
        }
    }

    private async Task KeepFileAsync(string path, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        var (name, hash) = (Path.GetFileName(path), JournalText.HashOf(content));
        if (kept.GetValueOrDefault(name) != hash)
        {
            await store.PutAsync(Root + runId + FileFolder + name, content, cancellationToken);
            kept[name] = hash;
        }
    }

    private static bool IsMirrored(string path) =>
        Path.GetFileName(path) is not JournalFile.FileName && Path.GetExtension(path) is ".json" or ".yaml";

    private string LineKey(int number) => $"{Root}{runId}{LineFolder}{number:D6}.json";

    private static RefusedException Missing(string key) =>
        new($"'{key}' was listed by the object store and could not be read; somebody deletes there. Run again.");
}
