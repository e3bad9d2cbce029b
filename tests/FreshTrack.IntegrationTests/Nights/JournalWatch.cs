using System.Text;
using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Journal;

namespace FreshTrack.IntegrationTests.Nights;

/// <summary>Reads the journal of the newest run of a kind while another process writes it.</summary>
/// <param name="runs">The folder of all runs.</param>
/// <param name="after">Id of the run before it; the journal of a later one is read.</param>
internal sealed class JournalWatch(string runs, string kind, string? after)
{
    private readonly List<JournalEntry> entries = [];
    private long read;

    /// <summary>Id of the newest run of the kind; null where there is none.</summary>
    public static string? NewestOf(string runs, string kind) =>
        Directory.Exists(runs)
            ? Directory.GetDirectories(runs, $"*-{kind}").Select(Path.GetFileName).Max(StringComparer.Ordinal)
            : null;

    /// <summary>Null until the run has begun.</summary>
    public string? RunId
    {
        get
        {
            field ??= NewestOf(runs, kind) is { } newest && string.CompareOrdinal(newest, after) > 0 ? newest : null;
            return field;
        }
    }

    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <returns>The whole lines that were written since the last call.</returns>
    public IReadOnlyList<JournalEntry> ReadNew()
    {
        if (RunId is not { } run || !File.Exists(PathOf(run)))
        {
            return [];
        }

        using var file = new FileStream(PathOf(run), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.Length <= read)
        {
            return [];
        }

        file.Seek(read, SeekOrigin.Begin);
        var bytes = new byte[file.Length - read];
        file.ReadExactly(bytes);
        var whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        read += whole;
        List<JournalEntry> found =
        [
            .. Encoding
                .UTF8.GetString(bytes, 0, whole)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JournalEntry>(line, EvidenceJson.Line)!),
        ];
        entries.AddRange(found);
        return found;
    }

    private string PathOf(string run) => Path.Combine(runs, run, JournalFile.FileName);
}
