using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.Board;

/// <summary>Keeps the board of every phase's end, and makes pictures of them when there is time:
/// <c>screens/phase-N.png</c>.</summary>
/// <remarks>A browser beside an import would slow what is measured, so the pages are kept as text until the run is
/// over.</remarks>
public sealed class BoardPictures(LiveBoard board) : IRunObserver
{
    private readonly List<(int Phase, string Page)> pages = [];

    public void Tell(RunEvent what)
    {
        if (what is PhaseEnded ended)
        {
            pages.Add((ended.Phase.Number, BoardPage.WriteStill(board.Snapshot())));
        }
    }

    /// <returns>What came of it, in a sentence. That there is no picture fails no run.</returns>
    public async Task<string> TakeAsync(EvidenceFolder evidence, CancellationToken cancellationToken)
    {
        if (Chromium.Find() is not { } chromium)
        {
            return "no screens of the board: no Chromium is installed";
        }

        Directory.CreateDirectory(evidence.PathOf("screens"));
        foreach (var (phase, page) in pages)
        {
            var picture = evidence.PathOf(Path.Combine("screens", $"phase-{phase}.png"));
            if (await chromium.TakePictureAsync(page, picture, cancellationToken) is { } failure)
            {
                return $"no screen of the board after phase {phase}: {failure}";
            }
        }

        return $"{pages.Count} screens of the board in screens/";
    }
}
