using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The folder that one run leaves: <c>artifacts/runs/&lt;utc-time&gt;-&lt;kind&gt;/</c>, with <c>latest</c>
/// pointing at the newest.</summary>
/// <remarks>While it is held no other run writes there: a file that is open for this one alone says so to every other
/// process.</remarks>
public sealed class EvidenceFolder : IDisposable
{
    /// <summary>Held open while a run writes; no part of the evidence.</summary>
    internal const string LockName = ".writing";

    /// <summary>What the gate derives from the sealed inputs.</summary>
    public static IReadOnlySet<string> Outputs { get; } =
        new HashSet<string> { "gate.json", "junit.xml", "summary.md", "report.html", "RESULT.sha256" };

    /// <summary>Ends the name of a file until it is whole.</summary>
    private const string Unfinished = ".tmp";

    private readonly FileStream held;
    private string? temporary;

    private EvidenceFolder(string path, string runId, FileStream held)
    {
        Path = path;
        RunId = runId;
        this.held = held;
    }

    public string Path { get; }

    public string RunId { get; }

    /// <summary>What is written is there when the run has ended.</summary>
    public bool IsKept => temporary is null;

    public static string IdOf(string kind, DateTimeOffset now) => $"{now.UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}-{kind}";

    /// <exception cref="RefusedException">The folder cannot be made or written.</exception>
    public static EvidenceFolder Create(string runs, string kind, DateTimeOffset now)
    {
        var runId = IdOf(kind, now);
        return Directory.Exists(System.IO.Path.Combine(runs, runId))
            ? throw new RefusedException(
                $"The folder of run {runId} exists already: two runs were started in the same millisecond, "
                    + "or the clock was set back. Run again."
            )
            : Open(runs, runId);
    }

    /// <summary>A folder that is gone when it is disposed of: for a run that must leave nothing behind.</summary>
    public static EvidenceFolder CreateTemporary(string kind, DateTimeOffset now)
    {
        var runs = Directory.CreateTempSubdirectory("freshtrack-").FullName;
        var folder = Create(runs, kind, now);
        folder.temporary = runs;
        return folder;
    }

    /// <summary>The folder of a run that goes on; made where it began on another machine.</summary>
    /// <exception cref="RefusedException">The folder cannot be made or written.</exception>
    public static EvidenceFolder Open(string runs, string runId)
    {
        var path = System.IO.Path.Combine(runs, runId);
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, "logs"));
            var folder = new EvidenceFolder(path, runId, Hold(path));
            folder.RemoveUnfinished();
            PointLatest(runs, runId);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"Cannot write evidence to {path}: {e.Message} Free space or give write access, then run again.",
                e
            );
        }
    }

    /// <summary>The newest rehearsal's folder: what a verdict is asked of, whatever <c>latest</c> points at.</summary>
    /// <exception cref="RefusedException">There is no rehearsal.</exception>
    public static string NewestRehearsal(string runs) =>
        FindNewestRehearsal(runs)
        ?? throw new RefusedException(
            $"There is no rehearsal in {runs}. Run ./build.sh Rehearse, or give a folder with --evidence."
        );

    /// <returns>Null when there is no rehearsal.</returns>
    public static string? FindNewestRehearsal(string runs) =>
        (Directory.Exists(runs) ? Directory.EnumerateDirectories(runs, "*-rehearsal") : []).Max();

    /// <summary>Keeps every other run and every other verdict away from a folder until it is disposed of.</summary>
    /// <exception cref="RefusedException">There is no such folder, it cannot be written, or another run holds
    /// it.</exception>
    public static IDisposable HoldExisting(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new RefusedException(
                $"There is no folder '{path}'. Give the folder of a rehearsal, as artifacts/runs/…-rehearsal."
            );
        }

        try
        {
            return Hold(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(
                $"Cannot write the verdict to {path}: {e.Message} Free space or give write access, or judge a copy.",
                e
            );
        }
    }

    /// <summary>A process writes to the folder now.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            // The owner alone opens it; it goes with its owner.
            using var probe = new FileStream(
                System.IO.Path.Combine(path, LockName),
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.None
            );
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        held.Dispose();
        if (temporary is not null)
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether the gate made the file, be it only in part before it was killed; else it is evidence.</summary>
    internal static bool IsOutput(string name) =>
        Outputs.Contains(name.EndsWith(Unfinished) ? name[..^Unfinished.Length] : name);

    /// <summary>Writes <c>name.json</c> through a temporary file, so that a killed run leaves the old text or the new,
    /// never half.</summary>
    public Task WriteJsonAsync<T>(string name, T value, CancellationToken cancellationToken) =>
        WriteTextAsync($"{name}.json", EvidenceJson.Serialize(name, value), cancellationToken);

    public Task WriteTextAsync(string name, string text, CancellationToken cancellationToken) =>
        ReplaceAsync(PathOf(name), text, cancellationToken);

    /// <summary>Who reads the file meanwhile, or after a kill, finds the old text or the new.</summary>
    internal static async Task ReplaceAsync(string path, string text, CancellationToken cancellationToken)
    {
        var unfinished = path + Unfinished;
        try
        {
            await File.WriteAllTextAsync(unfinished, text, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Cannot write the evidence {path}: {e.Message} Free space or give write access, then run again.",
                e
            );
        }
    }

    /// <summary>A process that was killed while it wrote a file leaves its beginning; what is sealed stays.</summary>
    private void RemoveUnfinished()
    {
        if (!File.Exists(PathOf(Seal.FileName)))
        {
            Directory.GetFiles(Path, $"*{Unfinished}").ToList().ForEach(File.Delete);
        }
    }

    private static FileStream Hold(string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(
                file,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException e) when (File.Exists(file))
        {
            throw new RefusedException(
                $"Another run is writing to {path}. Wait for its end, or start a run of your own.",
                e
            );
        }
    }

    private static void PointLatest(string runs, string runId)
    {
        var latest = new FileInfo(System.IO.Path.Combine(runs, "latest"));
        if (latest.LinkTarget is not null || latest.Exists)
        {
            latest.Delete();
        }

        File.CreateSymbolicLink(latest.FullName, runId);
    }
}
