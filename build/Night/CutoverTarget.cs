using FreshTrack.Cutover.Journal;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Build.Night;

/// <summary>T-0: refused without a passing rehearsal and a final check, and else run, or continued.</summary>
internal sealed class CutoverTarget(BuildContext context)
{
    public async Task RunAsync()
    {
        await using var target = await NightTarget.OpenAsync(context);
        if (await target.NewestAsync(ProcedureKinds.Rollback) is { IsSealed: false } back)
        {
            throw new RefusedException(
                $"Rollback {back.Run.RunId} is not over. Finish it first: {target.Command("Rollback")}. Nothing was "
                    + "changed."
            );
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
            throw new RefusedException(
                $"No final check of '{target.Environment.Name}' has passed here. Run it: {target.Command("FinalCheck")}. "
                    + "Nothing was changed."
            );
        }

        var notes = context.Option("override") is { } reason
            ? new (JournalEvent Event, string Text)[] { (JournalEvent.Overridden, reason) }
            : [];
        var end = await target.RunAsync(
            ProcedureKinds.Cutover,
            CutoverRunbook.Night,
            finalCheck: check.Path,
            notes: notes
        );
        if (end.End.IsToUndo)
        {
            await new RollbackTarget(context).RunAsync();
        }

        target.End(end, $"The new system serves. In a week: {target.Command("Complete")}");
    }
}
