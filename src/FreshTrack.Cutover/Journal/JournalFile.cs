using System.Text;
using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Journal;

/// <summary>The append-only record of a run: a line is on the disk before what it announces begins.</summary>
/// <remarks>Every line quotes the hash of the one before, so that none can be changed, moved or taken out later without
/// breaking the chain.</remarks>
public sealed class JournalFile : IAsyncDisposable
{
    public const string FileName = "journal.jsonl";

    private readonly FileStream file;
    private readonly TimeProvider clock;
    private readonly List<JournalEntry> entries;
    private readonly List<string> lines;
    private string head;

    private JournalFile(FileStream file, TimeProvider clock, JournalText text)
    {
        (this.file, this.clock) = (file, clock);
        (entries, lines, head) = ([.. text.Entries], [.. text.Lines], text.Head);
    }

    /// <summary>All entries, those of earlier processes included.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>The same as they are written, without their line feeds.</summary>
    internal IReadOnlyList<string> Lines => lines;

    /// <param name="open">Opens the file; the disk's own when null.</param>
    /// <exception cref="IOException">The file exists.</exception>
    public static JournalFile Create(
        string path,
        TimeProvider clock,
        Func<string, FileMode, FileStream>? open = null
    ) => new((open ?? Open)(path, FileMode.CreateNew), clock, JournalText.Empty);

    /// <summary>Opens a journal to continue it. A last line that a crash left torn is cut off the file.</summary>
    /// <param name="open">Opens the file; the disk's own when null.</param>
    /// <exception cref="RefusedException">A line was changed, moved, added or taken out; it is named.</exception>
    public static async Task<JournalFile> OpenAsync(
        string path,
        TimeProvider clock,
        CancellationToken cancellationToken,
        Func<string, FileMode, FileStream>? open = null
    )
    {
        var text = await JournalText.ReadAsync(path, cancellationToken);
        var opened = (open ?? Open)(path, FileMode.Open);
        opened.SetLength(text.Length);
        opened.Seek(0, SeekOrigin.End);
        return new JournalFile(opened, clock, text);
    }

    /// <summary>Reads a journal; a last line that a crash left torn is left out.</summary>
    /// <exception cref="RefusedException">A line was changed, moved, added or taken out; it is named.</exception>
    public static async Task<IReadOnlyList<JournalEntry>> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await JournalText.ReadAsync(path, cancellationToken)).Entries;

    /// <summary>Returns once the line is on the disk. It cannot be cancelled: a line is written whole or not at
    /// all.</summary>
    /// <exception cref="IOException">The disk is full or gone; the file ends with the line before.</exception>
    public async Task<JournalEntry> AppendAsync(
        JournalEvent what,
        string subject,
        string? outcome = null,
        string? detail = null,
        object? output = null
    )
    {
        var entry = new JournalEntry(entries.Count + 1, head, clock.GetUtcNow(), what, subject, outcome, detail)
        {
            Output = output is null ? null : JsonSerializer.SerializeToNode(output, EvidenceJson.Line),
        };
        var text = JsonSerializer.Serialize(entry, EvidenceJson.Line);
        var line = Encoding.UTF8.GetBytes(text);
        var start = file.Position;
        try
        {
            await file.WriteAsync((byte[])[.. line, (byte)'\n'], CancellationToken.None);
            // FlushAsync leaves the bytes in the system's cache; only this asks the disk.
#pragma warning disable CA1849
            file.Flush(flushToDisk: true);
#pragma warning restore CA1849
        }
        catch (IOException e)
        {
            file.SetLength(start);
            throw new IOException(
                $"Cannot write the journal {file.Name}: {e.Message.TrimEnd('.')}. Free space or give write access, "
                    + "then run the same command: it continues where the journal ends.",
                e
            );
        }

        entries.Add(entry);
        lines.Add(text);
        head = JournalText.HashOf(line);
        return entry;
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    // Without a buffer: what a full disk has refused must not follow later, after lines that took its number.
    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
}
