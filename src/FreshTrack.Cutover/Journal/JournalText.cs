using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Journal;

/// <summary>A journal as it was read and its chain verified.</summary>
/// <param name="Lines">The lines as they were written, without their line feeds.</param>
/// <param name="Head">Hash of the last line.</param>
/// <param name="Length">Bytes of the whole lines.</param>
internal sealed record JournalText(
    IReadOnlyList<JournalEntry> Entries,
    IReadOnlyList<string> Lines,
    string Head,
    long Length
)
{
    /// <summary>What to do about a journal that is not as the run wrote it.</summary>
    public const string Remedy =
        "Restore the file as the run wrote it. The object store has a copy of every procedure of the night: put its "
        + "folder aside, and the same command continues from there. A move is cleared with --restart.";

    public static JournalText Empty { get; } = new([], [], new string('0', 64), 0);

    /// <exception cref="RefusedException">A line was changed, moved, added or taken out; it is named.</exception>
    public static async Task<JournalText> ReadAsync(string path, CancellationToken cancellationToken)
    {
        return Parse(await File.ReadAllBytesAsync(path, cancellationToken), path);
    }

    /// <param name="place">Where the bytes come from, for a message.</param>
    /// <exception cref="RefusedException">A line was changed, moved, added or taken out; it is named.</exception>
    public static JournalText Parse(byte[] bytes, string place)
    {
        // A crash tears at most the last line: each is flushed before the next is written.
        var length = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        var lines = Encoding.UTF8.GetString(bytes, 0, length).Split('\n')[..^1];
        var entries = new List<JournalEntry>();
        var head = Empty.Head;
        foreach (var line in lines)
        {
            var entry = Parse(line);
            if (entry is null || entry.Sequence != entries.Count + 1 || entry.Previous != head)
            {
                throw new RefusedException(
                    $"{place} was changed in line {entries.Count + 1} or before it: expected entry {entries.Count + 1} "
                        + $"with the hash {head[..12]}… of the line before. Nothing was changed. "
                        + Remedy
                );
            }

            entries.Add(entry);
            head = HashOf(Encoding.UTF8.GetBytes(line));
        }

        return new JournalText(entries, lines, head, length);
    }

    public static string HashOf(byte[] line) => Convert.ToHexStringLower(SHA256.HashData(line));

    private static JournalEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line, EvidenceJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
