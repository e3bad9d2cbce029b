using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Cutover.Nights;
using FreshTrack.Cutover.Runbooks;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("FinalCheck")]
[TaskDescription("T-24h: brings the target's schema up to date and finds out what can be known before the night")]
[Confirms("by typing names and the environment's name, that rows of an earlier attempt are deleted")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
[PolicyOption]
[BoardOption]
public sealed class FinalCheckTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) =>
        NightTarget.RunAsync(
            context,
            ProcedureKinds.FinalCheck,
            FinalCheckRunbook.Whole,
            "Ready for the night",
            next: "Cutover"
        );
}
