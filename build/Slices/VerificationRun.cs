using FreshTrack.Build.Screen;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;
using Spectre.Console;

namespace FreshTrack.Build.Slices;

/// <summary>The verification alone, whatever moved the data, summed up in a table.</summary>
/// <param name="runs">The folder of all runs' evidence.</param>
public sealed class VerificationRun(IAnsiConsole console, string runs, TimeProvider clock)
{
    private const string Kind = "verification";

    /// <exception cref="RefusedException">The evidence cannot be written; nothing was read.</exception>
    /// <exception cref="TargetFailedException">The verdict is Fail or Inconclusive; the exit code says
    /// which.</exception>
    public async Task RunAsync(RunInputs inputs, CutoverEnvironment servers, CancellationToken cancellationToken)
    {
        using var evidence = EvidenceFolder.Create(runs, Kind, clock.GetUtcNow());
        RunContext? run = null;
        try
        {
            await new SliceRun(console, servers, inputs, clock).RunAsync(
                CutoverRunbook.Whole.Slice("verify", CutoverRunbook.Verify),
                Kind,
                evidence,
                given => run = given,
                cancellationToken
            );
        }
        finally
        {
            if (run?.Verification.Found is { } result)
            {
                VerificationScreen.Show(console, result, evidence.PathOf($"{Kind}.json"));
            }
        }
    }
}
