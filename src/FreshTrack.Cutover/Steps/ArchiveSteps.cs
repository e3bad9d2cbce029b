using System.Security.Cryptography;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration.Parts;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>What a cutover exported and its evidence are kept below <c>archives/RUN/</c>, where no later run clears or
/// sweeps.</summary>
public static class ArchiveSteps
{
    private const string Root = "archives/";

    /// <summary>Copies every part, the snapshot and the sealed evidence, and reads each copy back.</summary>
    public static async Task<StepResult> KeepAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var cutover =
            run.Follows ?? throw new RefusedException("No cutover was named that could be archived. Run Status.");
        var store = run.Environment.ObjectStore;
        string[] folders = [Manifest.FolderOf(cutover.Id), $"snapshots/{cutover.Id}/"];
        var (objects, bytes) = (0, 0L);
        foreach (var folder in folders)
        {
            var keys = new List<string>();
            await foreach (var key in store.ListAsync(folder, cancellationToken))
            {
                keys.Add(key);
            }

            foreach (var key in keys)
            {
                bytes += await CopyAsync(store, key, $"{Root}{cutover.Id}/{key}", cancellationToken);
                progress.Report(new StepProgress($"{++objects} objects, {bytes / 1e6:N1} MB"));
            }
        }

        if (objects == 0)
        {
            return new StepResult(
                Verdict.Fail,
                $"the object store holds nothing of cutover {cutover.Id}, expected its parts below {folders[0]}"
            );
        }

        var files = Directory.GetFiles(cutover.Folder, "*", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var name = Path.GetRelativePath(cutover.Folder, file).Replace('\\', '/');
            await KeepAsync(
                store,
                $"{Root}{cutover.Id}/evidence/{name}",
                await File.ReadAllBytesAsync(file, cancellationToken),
                cancellationToken
            );
        }

        var isSealed = File.Exists(Path.Combine(cutover.Folder, Seal.FileName));
        return new StepResult(
            isSealed ? Verdict.Pass : Verdict.Warn,
            $"{objects} objects, {bytes / 1e6:N1} MB, and {files.Length} files of evidence are below "
                + $"{Root}{cutover.Id}/ and were read back; the store locks nothing by itself"
                + $"{(isSealed ? "" : "; the evidence was never sealed")}"
        )
        {
            Output = new ArchiveOutput($"{Root}{cutover.Id}/", objects, bytes),
        };
    }

    private static async Task<long> CopyAsync(
        ObjectStore store,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        var content =
            await store.ReadAsync(from, cancellationToken)
            ?? throw new InvalidOperationException($"'{from}' was listed and cannot be read; somebody deletes there.");
        await KeepAsync(store, to, content, cancellationToken);
        return content.LongLength;
    }

    private static async Task KeepAsync(
        ObjectStore store,
        string key,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        await store.PutAsync(key, content, cancellationToken);
        var back = await store.ReadAsync(key, cancellationToken);
        if (back is null || !SHA256.HashData(back).SequenceEqual(SHA256.HashData(content)))
        {
            throw new InvalidOperationException(
                $"'{key}' was written and reads back otherwise. Look at the object store."
            );
        }
    }
}

/// <summary>Where a cutover is archived.</summary>
public sealed record ArchiveOutput(string Folder, int Objects, long Bytes);
