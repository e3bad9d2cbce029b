using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Slices;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Fixtures.Generator;

namespace FreshTrack.Build.Tasks.Rehearsal;

[TaskName("LoadTest")]
[TaskDescription(
    "Loads a stage of its own, or an API that runs already, and says whether the policy's limits were kept"
)]
[Confirms(
    "by giving --url, the API that readings are written to and whose alerts are acknowledged; one on "
        + "another machine with --confirm HOST too"
)]
[ScaleOption]
[SeedOption]
[TaskOption("url", "ADDRESS", "the API under load, of --target and --stack-auth; a stage of its own when not given")]
[TaskOption("confirm", "HOST", "the host of --url, when it is not this machine")]
[TargetOption]
[StackAuthOption]
[TaskOption("webhook-key", "FILE", "the key of its webhook secrets; FRESHTRACK_WEBHOOK_KEY_FILE when not given")]
[KeepOption]
[RunnerOption]
[PlanOption]
[PolicyOption]
[IsDependentOn(typeof(BuildImagesTask))]
public sealed class LoadTestTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var options = Options(context);
        if (context.Option("url") is not { } url)
        {
            await new Rehearsals.Rehearsal(options, context.Console, context.TimeProvider).LoadAsync(
                context.Cancellation
            );
            return;
        }

        var api = LoadAddress.Parse(url, context.Option("confirm"));
        await using var servers = new GivenServers(context);
        servers.DemandApi();
        await new LoadRun(options, context.Console, context.TimeProvider).RunAsync(api, servers, context.Cancellation);
    }

    private static RehearsalOptions Options(BuildContext context) =>
        new(
            FixtureScale.Parse(context.Option("scale", FixtureScale.Production.Name)),
            context.Number("seed", 1),
            Fault: null,
            context.Flag("keep")
        )
        {
            RepositoryRoot = context.RepositoryRoot,
            Runner = LoadRunners.Parse(context.Option("runner", LoadRunners.OpenModel)),
            PlanPath = context.PlanPath,
            PolicyPath = context.PolicyPath,
        };
}
