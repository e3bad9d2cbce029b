using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Moving;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Migrate")]
[TaskDescription(
    "Moves a frozen source into the target: preflight, export, user map, import; called again, it resumes an "
        + "interrupted move"
)]
[Confirms(
    "by giving their addresses, the target and the Stack Auth project that are filled; with --freeze, that "
        + "the source is closed for writing; with --restart, that the newest run's rows are cleared"
)]
[SourceOption]
[TargetOption]
[ObjectStoreOption]
[StackAuthOption]
[PlanOption]
[FreezeOption]
[RestartOption]
[TaskOption("unfreeze", "opens the source for writing again, and moves nothing")]
[TaskOption("no-write", "shows what would be moved")]
public sealed class MigrateTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var session = MoveSession.Open(context);
        if (context.Flag("unfreeze"))
        {
            await MoveSteps.UnfreezeAsync(session, context.Cancellation);
            return;
        }

        var move = await MoveSteps.BeginAsync(session);
        if (session.IsDry)
        {
            await MovePreview.ShowAsync(context.Console, session, move.Plan, context.Cancellation);
            return;
        }

        var exported = await MoveSteps.ExportAsync(session, move, context.Cancellation);
        await MoveSteps.ImportAsync(session, move, exported, context.Cancellation);
    }
}
