using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;
using FreshTrack.Build.Tasks.Build;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Complete")]
[TaskDescription("T+7d: archives the cutover, removes what only it needed, and takes the sign-off")]
[Confirms("by typing names and the environment's name, that nothing leads back any more, and each sign-off")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
[PolicyOption]
[BoardOption]
[TaskOption("note", "TEXT", "a change or incident since the cutover, for the retrospective")]
public sealed class CompleteTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new CompleteTarget(context).RunAsync();
}
