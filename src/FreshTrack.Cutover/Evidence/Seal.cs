using System.Security.Cryptography;
using System.Text;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The chained check sums over the inputs of a verdict: <c>SHA256SUMS</c>.</summary>
/// <remarks>
/// A line is <c>file-hash  chain-hash  name</c>. The chain hash is SHA-256 over the line before it and this file's hash
/// and name, so that no
/// line can be changed, moved, added or taken out without changing the last one, which <c>gate.json</c> quotes.
/// </remarks>
public static class Seal
{
    public const string FileName = "SHA256SUMS";

    private static readonly string Start = new('0', 64);

    /// <summary>Writes the seal over every input in the folder and returns its last chain hash.</summary>
    public static async Task<string> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        var lines = Chained(await HashesAsync(folder, cancellationToken));
        await EvidenceFolder.ReplaceAsync(Path.Combine(folder, FileName), Text(lines), cancellationToken);
        return ChainHash(lines);
    }

    /// <summary>Reads the folder again and returns the seal's last chain hash.</summary>
    /// <exception cref="RefusedException">The seal is broken, or a file differs from it, is missing, or was added; the
    /// first one is named.</exception>
    public static async Task<string> VerifyAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new RefusedException(
                $"{folder} has no {FileName}: it is no finished rehearsal; a move or a verification alone "
                    + "is not judged. Give the folder of a rehearsal that ended, as artifacts/runs/…-rehearsal."
            );
        }

        var lines = Parse(await File.ReadAllBytesAsync(path, cancellationToken), folder);
        var wanted = lines.ToDictionary(line => line.Name, line => line.Hash);
        var found = (await HashesAsync(folder, cancellationToken)).ToDictionary(file => file.Name, file => file.Hash);
        foreach (var name in wanted.Keys.Union(found.Keys).Order())
        {
            var change = (wanted.GetValueOrDefault(name), found.GetValueOrDefault(name)) switch
            {
                (null, _) => "was added after the run was sealed",
                (_, null) => "is missing; it was there when the run was sealed",
                var (before, now) when before != now => "is not what was sealed",
                _ => null,
            };
            if (change is not null)
            {
                throw new RefusedException(
                    $"{name} in {folder} {change}. The evidence was changed after the run; rehearse again."
                );
            }
        }

        return ChainHash(lines);
    }

    /// <summary>Takes the seal only as it was written, to the byte.</summary>
    private static List<SealLine> Parse(byte[] bytes, string folder)
    {
        var texts = Encoding.UTF8.GetString(bytes).Split('\n');
        var lines = Chained(
            texts
                .SkipLast(1)
                .Select(text =>
                    text.Split("  ", 3) is [var hash, _, var name] ? new FileHash(name, hash) : new FileHash(text, "")
                )
        );
        var changed = lines.FindIndex(line => line.Text != texts[line.Number - 1]);
        if (
            changed >= 0
            || !bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Text(lines)))
            || lines.DistinctBy(line => line.Name).Count() < lines.Count
        )
        {
            var place = changed >= 0 ? $" in line {lines[changed].Number}" : "";
            throw new RefusedException(
                $"{FileName} in {folder} was changed{place}: its chain is broken. The evidence was changed "
                    + "after the run; rehearse again."
            );
        }

        return lines;
    }

    private static List<SealLine> Chained(IEnumerable<FileHash> files)
    {
        var lines = new List<SealLine>();
        foreach (var (name, hash) in files)
        {
            var chain = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes($"{ChainHash(lines)}\n{hash}  {name}"))
            );
            lines.Add(new SealLine(lines.Count + 1, name, hash, chain));
        }

        return lines;
    }

    private static async Task<List<FileHash>> HashesAsync(string folder, CancellationToken cancellationToken)
    {
        RefuseLinks(folder);
        var hashes = new List<FileHash>();
        foreach (var name in Inputs(folder))
        {
            await using var file = File.OpenRead(Path.Combine(folder, name));
            hashes.Add(
                new FileHash(name, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)))
            );
        }

        return hashes;
    }

    /// <summary>What a link leads to is no part of the folder: it may change, or stay behind when the folder is kept
    /// elsewhere.</summary>
    /// <remarks>The enumeration follows links, so it ends at the first: one may lead to the whole disk.</remarks>
    private static void RefuseLinks(string folder)
    {
        var every = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        if (
            new DirectoryInfo(folder)
                .EnumerateFileSystemInfos("*", every)
                .FirstOrDefault(entry => entry.LinkTarget is not null) is
            { } link
        )
        {
            throw new RefusedException(
                $"{Path.GetRelativePath(folder, link.FullName)} in {folder} is a link to {link.LinkTarget}. "
                    + "Evidence is files of its own; rehearse again."
            );
        }
    }

    private static IEnumerable<string> Inputs(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(name => name is not (FileName or EvidenceFolder.LockName) && !EvidenceFolder.IsOutput(name))
            .Order();

    private static string ChainHash(List<SealLine> lines) => lines.Count == 0 ? Start : lines[^1].Chain;

    private static string Text(List<SealLine> lines) => string.Concat(lines.Select(line => line.Text + "\n"));

    private sealed record FileHash(string Name, string Hash);

    private sealed record SealLine(int Number, string Name, string Hash, string Chain)
    {
        public string Text => $"{Hash}  {Chain}  {Name}";
    }
}
