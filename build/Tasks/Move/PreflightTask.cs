using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Preflight")]
[TaskDescription("Finds, before a row moves, what would keep rows from arriving as they are")]
[ChangesNothing]
[EnvironmentOption]
[SourceOption]
[TargetOption]
[PlanOption]
[TaskOption("no-write", "writes no preflight.json; the databases are only read in any case")]
public sealed class PreflightTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var move = await MoveRun.OpenAsync(context);
        await move.PreflightAsync();
    }
}
