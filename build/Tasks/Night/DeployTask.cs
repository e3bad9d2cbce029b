using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Deploy")]
[TaskDescription(
    "Brings this checkout's release to the environment's server, one instance after the other; on a stage the API"
)]
[Confirms("by typing the server's name (on a stage the environment's), that what runs there is replaced")]
[EnvironmentOption]
[PreviousOption]
[YesOption]
[PlanOption]
public sealed class DeployTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new DeployRun(context).RunAsync();
}
