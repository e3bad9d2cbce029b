using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Moving;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Export")]
[TaskDescription("Exports a frozen source to the object store, or resumes an interrupted export")]
[Confirms(
    "with --freeze, that the source is closed for writing; with --restart, that the newest run's parts are cleared"
)]
[SourceOption]
[TargetOption]
[ObjectStoreOption]
[PlanOption]
[FreezeOption]
[RestartOption]
[TaskOption("no-write", "shows what would be exported")]
public sealed class ExportTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var session = MoveSession.Open(context);
        var move = await MoveSteps.BeginAsync(session);
        if (session.IsDry)
        {
            await MovePreview.ShowAsync(context.Console, session, move.Plan, context.Cancellation);
            return;
        }

        await MoveSteps.ExportAsync(session, move, context.Cancellation);
    }
}
