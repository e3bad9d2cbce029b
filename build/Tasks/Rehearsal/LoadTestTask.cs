using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Slices;
using FreshTrack.Build.Stages;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Plan;

namespace FreshTrack.Build.Tasks.Rehearsal;

[TaskName("LoadTest")]
[TaskDescription(
    "Loads a stage of its own, or an API that runs already, and says whether the policy's limits were kept"
)]
[Confirms(
    "with --url, by typing the environment's name: the API that readings are written to and whose alerts are "
        + "acknowledged"
)]
[ScaleOption]
[SeedOption]
[TaskOption("url", "ADDRESS", "the API under load, of the environment named; a stage of its own when not given")]
[EnvironmentOption]
[YesOption]
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
            if (context.Option("environment") is not null)
            {
                throw new RefusedException(
                    "--environment says what is behind the API of --url, and no --url was given. Give it, or leave "
                        + "--environment out to load a stage of its own."
                );
            }

            await new Rehearsals.Rehearsal(options, context.Console, context.TimeProvider).LoadAsync(
                context.Cancellation
            );
            return;
        }

        var api = LoadAddress.Parse(url);
        await using var servers = await EnvironmentOptions.OpenAsync(context);
        if (context.Flag("yes"))
        {
            PracticeStage.DemandApi(context.Option("environment"), api);
        }

        _ = (servers.Target, servers.WebhookKey);
        await Confirmation
            .Of(context)
            .DemandAsync(servers, $"write readings to {api.Host} and acknowledge its alerts", context.Cancellation);
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
