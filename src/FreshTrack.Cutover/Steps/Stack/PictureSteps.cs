using FreshTrack.Cutover.Pictures;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Steps;

/// <summary>Pictures of the public pages as visitors see them. A page without one is named, and is a
/// warning.</summary>
public static class PictureSteps
{
    /// <summary>Before traffic is switched.</summary>
    public static Task<StepResult> DeployedAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => TakeAsync(run, "deploy", progress, cancellationToken);

    /// <summary>When the new system is open.</summary>
    public static Task<StepResult> OpenAsync(
        RunContext run,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    ) => TakeAsync(run, "validate", progress, cancellationToken);

    internal static StepResult ResultOf(PicturesTaken taken) =>
        taken.Failures.Count == 0
            ? StepResult.Pass($"{taken.Files.Count} pictures: {string.Join(", ", taken.Files)}")
            : new StepResult(
                Verdict.Warn,
                $"{taken.Files.Count} pictures; without one are {string.Join("; ", taken.Failures)}"
            );

    private static async Task<StepResult> TakeAsync(
        RunContext run,
        string moment,
        IProgress<StepProgress> progress,
        CancellationToken cancellationToken
    )
    {
        if (run is not { Stack: { } stack, Environment.Visitors: { } visitors })
        {
            return StepResult.Absent(Runbook.Stack);
        }

        await StackSteps.TrustAsync(stack, visitors, cancellationToken);
        progress.Report(new StepProgress($"picturing {visitors.Names.App.Host} and {visitors.Names.Status.Host}"));
        var pages = new PublicPages(visitors, Chromium.Find(), run.Evidence);
        return ResultOf(await pages.TakeAsync(moment, cancellationToken));
    }
}
