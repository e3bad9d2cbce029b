using FreshTrack.Cutover;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Build.Night;

/// <summary>T+7d, of the newest cutover that is over.</summary>
internal sealed class CompleteTarget(BuildContext context)
{
    public async Task RunAsync()
    {
        await using var target = await NightTarget.OpenAsync(context);
        var cutover = await target.NewestAsync(ProcedureKinds.Cutover);
        if (cutover is not { IsSealed: true } || await target.WayBackOfAsync(cutover) is not null)
        {
            throw await target.NotKnownAsync(
                ProcedureKinds.Cutover,
                $"No cutover of '{target.Environment.Name}' is over and stands, so there is nothing to complete. See "
                    + $"{target.Command("Status")}."
            );
        }

        await target.DemandSameServersAsync(cutover);
        if (await target.NewestAsync(ProcedureKinds.Rollback) is { IsSealed: false } back)
        {
            throw new RefusedException(
                $"Rollback {back.Run.RunId} has begun and is not over. Finish it first: {target.Command("Rollback")}. "
                    + "Nothing was changed."
            );
        }

        var earliest = (cutover.Run.EndedAt ?? cutover.Run.StartedAt) + CompleteRunbook.Week;
        if (target.Environment.Kind != EnvironmentKind.Stage && context.TimeProvider.GetUtcNow() < earliest)
        {
            throw new RefusedException(
                $"Cutover {cutover.Run.RunId} ended less than a week ago, and until it is complete a way leads back. "
                    + $"Complete it from {Format.Time(earliest)} on. Nothing was changed."
            );
        }

        var end = await target.RunAsync(
            ProcedureKinds.Complete,
            CompleteRunbook.Whole,
            await FollowedRun.ReadAsync(cutover, context.Cancellation),
            finalCheck: null,
            context.Option("note") is { } note ? [(JournalEvent.Noted, note)] : []
        );
        if (end.IsOver)
        {
            await CutoverLock.ForgetAsync(target.Environment.Source, context.Cancellation);
        }

        target.End(end, "The cutover is complete. The retrospective lies with the evidence.");
    }
}
