using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Export")]
[TaskDescription("Exports a frozen source to the object store, or resumes an interrupted export")]
[Confirms(
    "by typing the environment's name: with --freeze, that the source is closed for writing; with --restart, that the "
        + "newest run's parts are cleared"
)]
[EnvironmentOption]
[SourceOption]
[TargetOption]
[ObjectStoreOption]
[PlanOption]
[FreezeOption]
[RestartOption]
[YesOption]
[TaskOption("no-write", "shows what would be exported")]
public sealed class ExportTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await move.ExportAsync();
    }
}
