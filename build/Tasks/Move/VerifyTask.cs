using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Slices;
using FreshTrack.Cutover.Runs;

namespace FreshTrack.Build.Tasks.Move;

[TaskName("Verify")]
[TaskDescription(
    "Compares target with source as the plan says, whatever moved the data, and names every row that differs"
)]
[ChangesNothing]
[EnvironmentOption]
[SourceOption]
[TargetOption]
[PlanOption]
public sealed class VerifyTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        await using var servers = await EnvironmentOptions.OpenAsync(context);
        servers.DemandDatabases();
        var inputs = await RunInputs.ReadAsync(
            context.RepositoryRoot,
            context.PlanPath,
            policy: null,
            context.Cancellation
        );
        var verification = new VerificationRun(context.Console, context.RunsDirectory, context.TimeProvider);
        await verification.RunAsync(inputs, servers, context.Cancellation);
    }
}
