using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;
using FreshTrack.Build.Tasks.Build;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Deploy")]
[TaskDescription("Starts the API on a migrated target, in place of one that runs; so far on a stage only")]
[Confirms("by typing the environment's name, that its API is started or replaced")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
public sealed class DeployTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new DeployRun(context).RunAsync();
}
