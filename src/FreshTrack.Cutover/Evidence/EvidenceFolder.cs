using System.Globalization;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

/// <summary>The folder that one run leaves: <c>artifacts/runs/&lt;utc-time&gt;-&lt;kind&gt;/</c>, with <c>latest</c> pointing at the newest.</summary>
public sealed class EvidenceFolder
{
    /// <summary>What the gate derives from the sealed inputs.</summary>
    public static IReadOnlySet<string> Outputs { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "gate.json", "summary.md", "report.html", "RESULT.sha256" };

    private EvidenceFolder(string path, string runId)
    {
        Path = path;
        RunId = runId;
    }

    public string Path { get; }

    public string RunId { get; }

    /// <exception cref="RefusedException">The folder cannot be made or written.</exception>
    public static EvidenceFolder Create(string runs, string kind, DateTimeOffset now)
    {
        return Open(runs, string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}-{kind}"));
    }

    /// <summary>The folder of a run that goes on; made where it began on another machine.</summary>
    /// <exception cref="RefusedException">The folder cannot be made or written.</exception>
    public static EvidenceFolder Open(string runs, string runId)
    {
        var path = System.IO.Path.Combine(runs, runId);
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, "logs"));
            PointLatest(runs, runId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException($"Cannot write evidence to {path}: {e.Message} Free space or give write access, then run again.", e);
        }

        return new EvidenceFolder(path, runId);
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes <c>name.json</c> through a temporary file, so that a killed run leaves the old text or the new, never half.</summary>
    public Task WriteJsonAsync<T>(string name, T value, CancellationToken cancellationToken) =>
        WriteTextAsync($"{name}.json", EvidenceJson.Serialize(name, value), cancellationToken);

    public async Task WriteTextAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        var temporary = path + ".tmp";
        try
        {
            await File.WriteAllTextAsync(temporary, text, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot write the evidence {path}: {e.Message} Free space or give write access, then run again.", e);
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
