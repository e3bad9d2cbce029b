using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Import")]
[TaskDescription("Maps the users and imports what was exported, or resumes an interrupted import")]
[Confirms(
    "by giving its address, the target whose empty tables are filled, and the Stack Auth project that users "
        + "are created in"
)]
[EnvironmentOption]
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
        await using var move = await MoveRun.OpenAsync(context);
        await move.ImportAsync();
    }
}
