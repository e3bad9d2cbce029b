using System.Runtime.ExceptionServices;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Cutover.Runs;
using FreshTrack.Migration;
using FreshTrack.Migration.Importing;
using FreshTrack.Migration.Parts;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration;

internal sealed record MoveResult(Manifest Manifest, UserMapResult Users, ImportResult Import);

/// <summary>Export, user map, import and the question to the source: the runbook's own steps, without
/// preflight.</summary>
internal static class MoveSlice
{
    private static readonly Runbook Slice = CutoverRunbook.Whole.Slice(
        "move",
        CutoverRunbook.Export,
        CutoverRunbook.MapUsers,
        CutoverRunbook.Import,
        CutoverRunbook.AskSource
    );

    /// <returns>What the steps left. What a step threw is thrown on; a step that failed is refused with its
    /// summary.</returns>
    public static async Task<MoveResult> RunAsync(
        CutoverEnvironment servers,
        TimeProvider clock,
        ResolvedPlan plan,
        MoveOptions options,
        IProgress<MoveProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var evidence = EvidenceFolder.CreateTemporary("move", TimeProvider.System.GetUtcNow());
        var inputs = new RunInputs(plan.Plan, "", new SourceTree("test", Clean: true));
        var run = new RunContext(servers, plan.Plan, evidence, clock) { MoveOptions = options };
        run.Resolved.Set(plan);
        await using var session = await RunSession.OpenAsync(
            run,
            inputs,
            Slice,
            inputs.Describe("move", evidence.RunId, servers.Name, TimeProvider.System.GetUtcNow()),
            new RunObservers(TimeProvider.System, new Forward(progress)),
            RunControl.Unattended,
            cancellationToken
        );
        var end = await session.RunAsync(Slice, cancellationToken);
        if (end.Failure is { SourceException: var failure })
        {
            ExceptionDispatchInfo.Throw(failure.InnerException is RefusedException refused ? refused : failure);
        }

        return end.Timeline.Stopped is { } step
            ? throw new RefusedException(step.Summary)
            : new MoveResult(run.Manifest.Value, run.Users.Value, run.Import.Value);
    }

    private sealed class Forward(IProgress<MoveProgress>? progress) : IRunObserver
    {
        public void Tell(RunEvent what)
        {
            if (what is StepProgressed { Progress: MoveStepProgress { Move: var move } })
            {
                progress?.Report(move);
            }
        }
    }
}
