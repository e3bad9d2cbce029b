using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace FreshTrack.Cutover.Deploy;

/// <summary>The files of one version of the stack: Compose files, what they mount, and the values of their variables.
/// Equal content is the same release.</summary>
public sealed class Release
{
    /// <summary>The file of a release that lists its Compose files, one in each line, in their order.</summary>
    public const string ComposeList = "compose.list";

    /// <summary>0644: read by the users of the containers.</summary>
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable =
        Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly SortedDictionary<string, byte[]> files;

    private Release(SortedDictionary<string, byte[]> files)
    {
        this.files = files;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(HashOf(""))))[..12];
    }

    /// <summary>Twelve hexadecimal digits of the content's hash.</summary>
    public string Id { get; }

    /// <summary>Paths from the stack's directory, with forward slashes.</summary>
    public IReadOnlyCollection<string> Paths => files.Keys;

    /// <summary>As <see cref="ComposeList"/> has them; null in a release without that file.</summary>
    public IReadOnlyList<string>? ComposeFiles =>
        files.TryGetValue(ComposeList, out var list)
            ? Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : null;

    /// <param name="folder">The checkout.</param>
    /// <param name="paths">Files and folders in it.</param>
    /// <param name="others">Files that stand elsewhere or are made for this release, by their path on the server; they
    /// take the place of those of the folder.</param>
    /// <exception cref="FileNotFoundException">One of the paths is not there.</exception>
    public static Release Read(
        string folder,
        IEnumerable<string> paths,
        IReadOnlyDictionary<string, string>? others = null
    )
    {
        var read = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var full = Path.Combine(folder, path);
            var found =
                Directory.Exists(full) ? Directory.GetFiles(full, "*", SearchOption.AllDirectories)
                : File.Exists(full) ? [full]
                : throw new FileNotFoundException($"'{path}' belongs to the stack and is not in '{folder}'.", full);
            foreach (var file in found)
            {
                read[Path.GetRelativePath(folder, file).Replace('\\', '/')] = File.ReadAllBytes(file);
            }
        }

        foreach (var (path, text) in others ?? new Dictionary<string, string>())
        {
            read[path] = Encoding.UTF8.GetBytes(text);
        }

        return new Release(read);
    }

    /// <summary>The bytes of a file.</summary>
    /// <exception cref="FileNotFoundException">The release does not have it.</exception>
    public ReadOnlyMemory<byte> ContentOf(string path) =>
        files.TryGetValue(path, out var bytes)
            ? bytes
            : throw new FileNotFoundException($"Release {Id} has no file '{path}'.", path);

    /// <summary>Of the file, or of every file of the folder with its path; the same whatever else the release
    /// holds.</summary>
    public string HashOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files.Where(file => IsIn(file.Key, path.TrimEnd('/'))))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{bytes.Length}\0"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>As a tar archive, whose bytes depend on the content alone.</summary>
    public async Task WriteTarAsync(Stream output, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var (name, bytes) in files)
        {
            using var content = new MemoryStream(bytes);
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = name.EndsWith(".sh") ? Executable : Readable,
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    DataStream = content,
                },
                cancellationToken
            );
        }
    }

    /// <summary>Reads what <see cref="WriteTarAsync"/> wrote, or tar on a server.</summary>
    public static async Task<Release> ReadTarAsync(Stream input, CancellationToken cancellationToken)
    {
        var read = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await using var tar = new TarReader(input, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: true, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                using var content = new MemoryStream();
                await (entry.DataStream?.CopyToAsync(content, cancellationToken) ?? Task.CompletedTask);
                read[entry.Name.StartsWith("./") ? entry.Name[2..] : entry.Name] = content.ToArray();
            }
        }

        return new Release(read);
    }

    private static bool IsIn(string file, string path) =>
        path.Length == 0 || file == path || file.StartsWith($"{path}/", StringComparison.Ordinal);
}
