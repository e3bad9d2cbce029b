using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Pictures;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Board;

/// <summary>Keeps the board as it was at the end of every phase, and makes pictures of it when there is time:
/// <c>screens/phase-N.html</c> at once, <c>screens/phase-N.png</c> on request.</summary>
/// <remarks>A browser beside an import would slow what is measured, so pictures are taken when the run is
/// over.</remarks>
public sealed class BoardPictures(LiveBoard board, EvidenceFolder evidence) : IRunObserver
{
    private const string Folder = "screens";

    private readonly SortedSet<int> phases = [];
    private bool hasRun;

    public void Tell(RunEvent what)
    {
        switch (what)
        {
            case PhaseStarted:
                hasRun = false;
                break;
            case StepEnded:
                hasRun = true;
                break;
            case PhaseEnded { Phase.Number: var phase }:
                Keep(phase);
                break;
        }
    }

    /// <returns>What came of it, in a sentence. That there is no picture fails no run.</returns>
    public async Task<string> TakeAsync(CancellationToken cancellationToken)
    {
        if (Chromium.Find() is not { } chromium)
        {
            return $"no pictures of the board: no Chromium is installed; its pages are in {Folder}/";
        }

        foreach (var phase in phases)
        {
            var page = await File.ReadAllTextAsync(PathOf(phase, "html"), cancellationToken);
            if (await chromium.TakePictureAsync(page, PathOf(phase, "png"), cancellationToken) is { } failure)
            {
                return $"no picture of the board after phase {phase}: {failure}";
            }
        }

        return $"{phases.Count} pictures of the board in {Folder}/";
    }

    // A phase whose steps were all restored keeps the page of the process that ran them.
    private void Keep(int phase)
    {
        var path = PathOf(phase, "html");
        if (hasRun || !File.Exists(path))
        {
            Directory.CreateDirectory(evidence.PathOf(Folder));
            File.WriteAllText(path, BoardPage.WriteStill(board.Snapshot()));
        }

        phases.Add(phase);
    }

    private string PathOf(int phase, string kind) => evidence.PathOf(Path.Combine(Folder, $"phase-{phase}.{kind}"));
}
