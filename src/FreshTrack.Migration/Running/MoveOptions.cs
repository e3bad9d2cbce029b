namespace FreshTrack.Migration;

/// <param name="RunId">Names the run in the object store and the ledger; the same id resumes it.</param>
public sealed record MoveOptions(string RunId)
{
    /// <summary>Parallel workers of export and import, at least 1:
    /// one more than cores, because each waits for a server now and then.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount + 1;

    /// <summary>Heap pages (of 8 kB) per chunk: 1024 are 8 MB of rows, some 4 MB as a part.</summary>
    public int PagesPerChunk { get; init; } = 1024;
}
