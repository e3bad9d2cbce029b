using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Night;
using FreshTrack.Build.Tasks.Build;

namespace FreshTrack.Build.Tasks.Night;

[TaskName("Cutover")]
[TaskDescription("T-0: moves production to the new system; goes on where it stopped")]
[Confirms("by typing names and the environment's name before the freeze and before each switch of traffic")]
[IsDependentOn(typeof(BuildImagesTask))]
[EnvironmentOption]
[YesOption]
[PlanOption]
[PolicyOption]
[BoardOption]
[TaskOption("rehearsal", "DIR", "the rehearsal that it goes by, as CI made it; the newest here when not given")]
[TaskOption("override", "REASON", "goes on although the rehearsal is too old; nothing else can be set aside")]
public sealed class CutoverTask : AsyncFrostingTask<BuildContext>
{
    public override Task RunAsync(BuildContext context) => new CutoverTarget(context).RunAsync();
}
