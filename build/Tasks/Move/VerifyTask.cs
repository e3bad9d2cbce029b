using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Verifying;
using FreshTrack.Plan;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Verify")]
[TaskDescription(
    "Compares target with source as the plan says, whatever moved the data, and names every row that differs"
)]
[ChangesNothing]
[SourceOption]
[TargetOption]
[PlanOption]
public sealed class VerifyTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var plan = PlanFile.Load(context.PlanPath);
        await using var source = Connections.Source(context);
        await using var target = Connections.Target(context);
        await new StandaloneVerification(context.Console, context.RunsDirectory, context.TimeProvider).RunAsync(
            plan,
            source,
            target,
            context.Cancellation
        );
    }
}
