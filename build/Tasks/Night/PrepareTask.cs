using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Prepare")]
[TaskDescription("T-48h: confirms people, servers and workflows that the night needs")]
[Confirms("by typing names and the environment's name, that everybody was reached")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
[PolicyOption]
[BoardOption]
public sealed class PrepareTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) =>
        NightTarget.RunAsync(
            context,
            ProcedureKinds.Prepare,
            PrepareRunbook.Whole,
            "A day before the night",
            next: "FinalCheck"
        );
}
