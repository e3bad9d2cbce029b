using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Build.Night;

/// <summary>The way back, chosen by the journal of the cutover: taken back while traffic has not moved, returned from
/// afterwards.</summary>
internal sealed class RollbackTarget(BuildContext context)
{
    private const string Next = "The old system serves. A new attempt begins with the final check.";

    public async Task RunAsync()
    {
        await using var target = await NightTarget.OpenAsync(context, DeployedData.OpenAnywayAsync);
        var cutover =
            await target.NewestAsync(ProcedureKinds.Cutover)
            ?? throw await target.NotKnownAsync(
                ProcedureKinds.Cutover,
                $"No cutover of '{target.Environment.Name}' has begun, so there is nothing to go back from."
            );
        var followed = await FollowedRun.ReadAsync(cutover, context.Cancellation);
        if (await target.WayBackOfAsync(cutover) is { } earlier)
        {
            if (!cutover.IsSealed)
            {
                // That process died before it could end the cutover.
                await target.CloseAsync(cutover, earlier);
                target.Observers.Note($"Run {earlier} led back from cutover {followed.Id}. {Next}");
                return;
            }

            throw new RefusedException(
                $"Run {earlier} led back from cutover {followed.Id} already. Nothing was changed."
            );
        }

        if (followed.HasMovedTraffic && !followed.IsVerified)
        {
            throw new RefusedException(
                $"Traffic of cutover {followed.Id} has moved although its verification never passed: its journal was "
                    + "made "
                    + "by other means. Nothing was changed."
            );
        }

        await target.DemandSameServersAsync(cutover);
        if (
            await target.NewestAsync(ProcedureKinds.Complete) is { } complete
            && await FollowedRun.ReadAsync(complete, context.Cancellation) is var completed
            && complete.Run.Follows == followed.Id
            && completed.HasBegun(CompleteRunbook.Freeze)
        )
        {
            throw new RefusedException(
                $"Complete {complete.Run.RunId} has removed the freeze from the source: cutover {followed.Id} is "
                    + "complete, and nothing leads back from it. Nothing was changed."
            );
        }

        var gone = await target.WhyTargetIsGoneAsync();
        if (gone is not null)
        {
            target.Observers.Note($"The target does not answer: {gone}");
        }

        var (runbook, way) = (followed.HasMovedTraffic, gone) switch
        {
            (false, _) => (
                RollbackRunbook.Undo(target.Here(CutoverRunbook.Night), followed.Journal),
                $"Traffic has not moved: cutover {followed.Id} is taken back step by step; no difference is applied"
            ),
            (true, null) => (
                RollbackRunbook.Return,
                $"Traffic has moved: a return from cutover {followed.Id}; what changed on the new side flows back"
            ),
            _ => (
                RollbackRunbook.WithoutTarget,
                $"Traffic has moved: from cutover {followed.Id} nothing flows back while the target is gone. When it "
                    + "can be brought back, stop here, and run Rollback again afterwards"
            ),
        };
        target.Observers.Note(way);
        target.IsTargetGone = gone is not null;
        var end = await target.RunAsync(ProcedureKinds.Rollback, target.Here(runbook), followed);
        if (end.IsOver)
        {
            await target.CloseAsync(cutover, end.Run.Evidence.RunId);
        }

        target.End(end, Next);
    }
}
