using System.Text;
using System.Text.Json;
using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Cutover.Journal;

/// <summary>The append-only record of every step: a line is on the disk before the step that it announces
/// begins.</summary>
public sealed class JournalFile : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly TimeProvider clock;
    private long sequence;

    private JournalFile(FileStream file, TimeProvider clock)
    {
        this.file = file;
        this.clock = clock;
    }

    public static JournalFile Create(string path, TimeProvider clock) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), clock);

    public async Task AppendAsync(
        JournalEvent what,
        string step,
        string? outcome = null,
        string? detail = null,
        CancellationToken cancellationToken = default
    )
    {
        var entry = new JournalEntry(++sequence, clock.GetUtcNow(), what, step, outcome, detail);
        var line = JsonSerializer.Serialize(entry, EvidenceJson.Line) + "\n";
        await file.WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
        // FlushAsync leaves the bytes in the system's cache; only this asks the disk.
#pragma warning disable CA1849
        file.Flush(flushToDisk: true);
#pragma warning restore CA1849
    }

    /// <summary>Reads a journal back; a last line that a crash cut off is left out.</summary>
    public static async Task<IReadOnlyList<JournalEntry>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return
        [
            .. whole
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<JournalEntry>(line, EvidenceJson.Line)!),
        ];
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
