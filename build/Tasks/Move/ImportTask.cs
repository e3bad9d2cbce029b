using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Moving;
using FreshTrack.Plan;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Import")]
[TaskDescription("Maps the users and imports what was exported, or resumes an interrupted import")]
[Confirms(
    "by giving its address, the target whose empty tables are filled, and the Stack Auth project that users "
        + "are created in"
)]
[SourceOption]
[TargetOption]
[ObjectStoreOption]
[StackAuthOption]
[PlanOption]
[TaskOption("no-write", "shows what would be imported")]
public sealed class ImportTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var session = MoveSession.Open(context);
        if (await session.EarlierRunAsync() is not { IsExported: true } earlier)
        {
            throw new RefusedException(
                $"The object store {session.Servers.Store} holds no finished export of this plan. Run Export first."
            );
        }

        var move = new PendingMove(await session.ResolveAsync(), session.Begin(earlier));
        if (session.IsDry)
        {
            await MovePreview.ShowAsync(context.Console, session, move.Plan, context.Cancellation);
            return;
        }

        var exported = await MoveSteps.ExportAsync(session, move, context.Cancellation);
        await MoveSteps.ImportAsync(session, move, exported, context.Cancellation);
    }
}
