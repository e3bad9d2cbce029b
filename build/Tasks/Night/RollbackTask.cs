using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;
using FreshTrack.Build.Tasks.Build;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Rollback")]
[TaskDescription("Leads back to the old system: takes the cutover back, or returns with what changed since")]
[Confirms("by typing names and the environment's name before anything is taken back")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
[PolicyOption]
[BoardOption]
public sealed class RollbackTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new RollbackTarget(context).RunAsync();
}
