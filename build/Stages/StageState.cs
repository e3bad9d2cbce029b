using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Build.Stages;

/// <summary>What a later process must know of a stage that was left up: the content of <c>stage.json</c>, beside the
/// stage's <c>environment.yaml</c>.</summary>
/// <param name="Commit">Of the suite that started it.</param>
/// <param name="ApiPort">Where the API is published on 127.0.0.1 once it is deployed.</param>
/// <param name="Owner">The process that starts it, as its containers' label names it.</param>
/// <param name="IsReady">False while it starts, and for ever where its start was killed.</param>
public sealed record StageState(
    string Id,
    string Commit,
    DateTimeOffset StartedAt,
    int ApiPort,
    string Owner,
    bool IsReady
)
{
    private const string FileName = "stage.json";

    /// <exception cref="RefusedException">The folder has the state of a stage already, or cannot be
    /// written.</exception>
    public void Create(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var isMine = false;
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            isMine = true;
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this, EvidenceJson.Options));
        }
        catch (IOException e) when (!isMine && File.Exists(path))
        {
            throw new RefusedException(
                $"Another process has just begun to start a stage in {folder}. Wait for it, or remove the stage with "
                    + "./build.sh Stage --down.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isMine)
            {
                File.Delete(path);
            }

            throw new RefusedException(
                $"The stage cannot be written down in {path}: {e.Message.TrimEnd('.')}. Free space or give write "
                    + "access, then run again. Nothing was started.",
                e
            );
        }
    }

    public void Write(string folder) =>
        File.WriteAllBytes(
            Path.Combine(folder, FileName),
            JsonSerializer.SerializeToUtf8Bytes(this, EvidenceJson.Options)
        );

    /// <returns>Null where the folder holds no stage. A file that was cut off is the state of a start that was
    /// killed.</returns>
    public static StageState? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<StageState>(File.ReadAllBytes(path), EvidenceJson.Options);
        }
        catch (JsonException)
        {
            return new StageState(
                "",
                "unknown",
                new DateTimeOffset(File.GetLastWriteTimeUtc(path)),
                0,
                "",
                IsReady: false
            );
        }
    }
}
