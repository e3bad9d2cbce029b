using System.Text.Json;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Build.Stages;

/// <summary>What a later process must know of a stage that was left up: the content of <c>stage.json</c>, beside the
/// stage's <c>environment.yaml</c>.</summary>
/// <param name="Commit">Of the suite that started it.</param>
/// <param name="ApiPort">Where the API is published on 127.0.0.1 once it is deployed.</param>
/// <param name="IsReady">False while it starts, and for ever where its start was killed.</param>
public sealed record StageState(string Id, string Commit, DateTimeOffset StartedAt, int ApiPort, bool IsReady)
{
    private const string FileName = "stage.json";

    /// <exception cref="RefusedException">The folder has the state of a stage already.</exception>
    public void Create(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew);
            file.Write(JsonSerializer.SerializeToUtf8Bytes(this, EvidenceJson.Options));
        }
        catch (IOException e) when (File.Exists(Path.Combine(folder, FileName)))
        {
            throw new RefusedException(
                $"Another process has just begun to start a stage in {folder}. Wait for it, or remove the stage with "
                    + "./build.sh Stage --down.",
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
            return new StageState("", "unknown", new DateTimeOffset(File.GetLastWriteTimeUtc(path)), 0, IsReady: false);
        }
    }
}
