using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Migrate")]
[TaskDescription(
    "Moves a frozen source into the target: preflight, export, user map, import; called again, it resumes an "
        + "interrupted move"
)]
[Confirms(
    "by giving their addresses, the target and the Stack Auth project that are filled; by typing the environment's "
        + "name: with --freeze, that the source is closed for writing; with --unfreeze, that it is opened; with "
        + "--restart, that the newest run's rows are cleared"
)]
[EnvironmentOption]
[SourceOption]
[TargetOption]
[ObjectStoreOption]
[StackAuthOption]
[PlanOption]
[FreezeOption]
[RestartOption]
[YesOption]
[NotTogether("unfreeze", "freeze")]
[NotTogether("unfreeze", "restart")]
[TaskOption("unfreeze", "opens the source for writing again, and moves nothing")]
[TaskOption("no-write", "shows what would be moved")]
public sealed class MigrateTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await (context.Flag("unfreeze") ? move.UnfreezeAsync() : move.MigrateAsync());
    }
}
