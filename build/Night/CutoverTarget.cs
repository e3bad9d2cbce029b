using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Rehearsals;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Build.Night;

/// <summary>T-0: refused without a passing rehearsal and a final check, and else run, or continued.</summary>
internal sealed class CutoverTarget(BuildContext context)
{
    public async Task RunAsync()
    {
        await using var target = await NightTarget.OpenAsync(context);
        var back = await target.NewestAsync(ProcedureKinds.Rollback);
        if (back is { IsSealed: false })
        {
            throw new RefusedException(
                $"Rollback {back.Run.RunId} is not over. Finish it first: {target.Command("Rollback")}. Nothing was "
                    + "changed."
            );
        }

        if (
            await target.NewestAsync(ProcedureKinds.Cutover) is { IsSealed: false } left
            && await target.WayBackOfAsync(left) is { } way
        )
        {
            // It was taken back by a process that died before it could say so.
            await target.CloseAsync(left, way);
        }

        if (
            await target.NewestAsync(ProcedureKinds.Cutover) is { IsSealed: true } over
            && await target.WayBackOfAsync(over) is null
        )
        {
            throw new RefusedException(
                $"Cutover {over.Run.RunId} is over: the new system serves. The way back: {target.Command("Rollback")}. "
                    + "Nothing was changed."
            );
        }

        var check = await target.NewestAsync(ProcedureKinds.FinalCheck);
        if (check is not { IsSealed: true })
        {
            throw await target.NotKnownAsync(
                ProcedureKinds.FinalCheck,
                $"No final check of '{target.Environment.Name}' has passed here. Run it: "
                    + $"{target.Command("FinalCheck")}."
            );
        }

        await target.DemandSameServersAsync(check);
        if (check.Run.PlanHash != target.Inputs.Plan.Hash)
        {
            throw new RefusedException(
                $"The final check {check.Run.RunId} judged another plan ({check.Run.PlanHash[..12]}…, this one is "
                    + $"{target.Inputs.Plan.Hash[..12]}…). Run it again: {target.Command("FinalCheck")}. Nothing was "
                    + "changed."
            );
        }

        if (back is not null && back.Run.StartedAt > check.Run.StartedAt)
        {
            throw new RefusedException(
                $"The final check {check.Run.RunId} is older than rollback {back.Run.RunId}, which left both systems "
                    + $"otherwise. Run it again: {target.Command("FinalCheck")}. Nothing was changed."
            );
        }

        var notes = await DemandRehearsalAsync(target);
        var end = await target.RunAsync(
            ProcedureKinds.Cutover,
            target.Here(CutoverRunbook.Night),
            finalCheck: check.Path,
            notes: notes
        );
        if (end.End.IsToUndo)
        {
            await new RollbackTarget(context).RunAsync();
            throw new TargetFailedException(
                end.End.Verdict.ExitCode(),
                $"{end.End.Verdict}: the cutover was taken back. {end.End.Reason}"
            );
        }

        target.End(end, $"The new system serves. In a week: {target.Command("Complete")}");
    }

    /// <summary>A passing, fresh rehearsal of what would run now; a cutover that has closed the old system was let
    /// through already.</summary>
    /// <returns>What a stage or an override let pass.</returns>
    private async Task<IReadOnlyList<(JournalEvent Event, string Text)>> DemandRehearsalAsync(NightTarget target)
    {
        if (
            await target.NewestAsync(ProcedureKinds.Cutover) is { IsSealed: false } begun
            && await FollowedRun.ReadAsync(begun, context.Cancellation) is var earlier
            && (earlier.HasBegun(CutoverRunbook.CloseOld) || earlier.HasBegun(CutoverRunbook.Freeze))
        )
        {
            return [];
        }

        var images = await target.ImagesAsync();
        var result = RehearsalPrecondition.Judge(
            await FoundRehearsal.ReadAsync(context.Option("rehearsal"), context.RunsDirectory, context.Cancellation),
            new PlannedCutover(
                target.Environment.Kind,
                target.Inputs.Tree,
                target.Inputs.Plan.Hash,
                images.ByName.Values.ToDictionary(image => image.Name, image => image.Identity),
                PlannedRunbook.Of(target.Here(CutoverRunbook.Night)),
                context.TimeProvider.GetUtcNow()
            ),
            target.Inputs.Policy!,
            context.Option("override")
        );
        result.Demand();
        target.Observers.Note($"Goes by the rehearsal in {result.Folder}");
        target.Rehearsal = result.Folder;
        foreach (var accepted in result.Accepted)
        {
            target.Observers.Note(accepted);
        }

        return [.. result.Accepted.Select(text => (JournalEvent.Overridden, text))];
    }
}
