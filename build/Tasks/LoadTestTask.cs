using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Slices;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Tasks;

[TaskName("LoadTest")]
[TaskDescription(
    "Loads a stage of its own, or an API that runs already, and says whether the policy's limits were kept"
)]
[Confirms(
    "by giving --url, the API that readings are written to and whose alerts are acknowledged; one on "
        + "another machine with --confirm HOST too"
)]
[TaskOption("scale", "smoke|production|stress|ROWS", "as for Rehearse: how much data, and how much load")]
[TaskOption("seed", "N", "other data and other requests; equal seeds give equal ones")]
[TaskOption("url", "ADDRESS", "the API under load; a stage of its own when not given")]
[TaskOption("confirm", "HOST", "the host of --url, when it is not this machine")]
[TaskOption("target", "ADDRESS", "the PostgreSQL of --url, only read here; FRESHTRACK_TARGET when not given")]
[TaskOption("stack-auth", "ADDRESS", "https://PROJECT:SERVERKEY@host of --url; FRESHTRACK_STACK_AUTH when not given")]
[TaskOption("webhook-key", "FILE", "the key of its webhook secrets; FRESHTRACK_WEBHOOK_KEY_FILE when not given")]
[TaskOption("keep", "leaves the stage up and says how to reach it")]
[TaskOption(
    "runner",
    "open-model|nbomber",
    "what makes the load; nbomber only in a build with the whole NuGet gallery, and never more than Inconclusive"
)]
[TaskOption("images", "auto|hub|debian", "where images come from")]
[TaskOption("plan", "FILE", "another plan than fixtures/plans/freshtrack.yaml")]
[TaskOption("policy", "FILE", "another policy than build/policy.yaml")]
public sealed class LoadTestTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var options = Options(context);
        if (context.Option("url") is not { } url)
        {
            await new Rehearsal(options, context.Console, context.TimeProvider).LoadAsync(context.Cancellation);
            return;
        }

        var api = LoadAddress.Parse(url, context.Option("confirm"));
        await using var servers = new GivenServers(context);
        await new LoadRun(options, context.Console, context.TimeProvider).RunAsync(api, servers, context.Cancellation);
    }

    private static RehearsalOptions Options(BuildContext context) =>
        new(
            FixtureScale.Parse(context.Option("scale", FixtureScale.Production.Name)),
            context.Number("seed", 1),
            ImageSources.Parse(context.Option("images", "auto")),
            Fault: null,
            context.Flag("keep")
        )
        {
            RepositoryRoot = context.RepositoryRoot,
            Runner = LoadRunners.Parse(context.Option("runner", LoadRunners.OpenModel)),
            PlanPath = context.PlanPath,
            PolicyPath = context.Option("policy", Path.Combine(context.RepositoryRoot, "build", "policy.yaml")),
        };
}
