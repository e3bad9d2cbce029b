using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Rehearsals;

/// <summary>The rehearsal that a cutover refers to, its seal checked; or why there is none.</summary>
public sealed record FoundRehearsal
{
    private FoundRehearsal() { }

    public RunEvidence? Evidence { get; private init; }

    /// <summary>Null when <see cref="Evidence"/> is there.</summary>
    public Refusal? Refusal { get; private init; }

    public static FoundRehearsal Of(RunEvidence evidence) => new() { Evidence = evidence };

    /// <summary>Reads the given folder, which may have been made elsewhere, or the newest rehearsal.</summary>
    /// <param name="folder">Null for the newest.</param>
    /// <param name="runs">The folder of all runs.</param>
    public static async Task<FoundRehearsal> ReadAsync(string? folder, string runs, CancellationToken cancellationToken)
    {
        var path = folder ?? EvidenceFolder.FindNewestRehearsal(runs);
        if (path is null || !Directory.Exists(path))
        {
            return new FoundRehearsal
            {
                Refusal = new Refusal(
                    "rehearsal",
                    path is null ? $"none in {runs}" : $"there is no folder '{path}'",
                    "the sealed evidence of a passing rehearsal",
                    "Run ./build.sh Rehearse, or give the folder of one with --rehearsal."
                ),
            };
        }

        try
        {
            return Of(await RunEvidence.ReadAsync(path, cancellationToken));
        }
        catch (RefusedException refused)
        {
            return new FoundRehearsal
            {
                Refusal = new Refusal(
                    "seal",
                    refused.Message.TrimEnd('.'),
                    "evidence as it was sealed",
                    "Rehearse again, or give another folder with --rehearsal."
                ),
            };
        }
    }
}
