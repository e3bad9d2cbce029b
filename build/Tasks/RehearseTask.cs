using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Screen;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Tasks;

[TaskName("Rehearse")]
[TaskDescription("Rehearses the whole cutover on real servers in containers, load-tests it and judges it")]
[ChangesNothing]
[TaskOption("scale", "smoke|production|stress|ROWS", "10,000, 100,000 (the default), 10,000,000 or so many readings")]
[TaskOption("seed", "N", "other data; equal seeds give equal bytes")]
[TaskOption(
    "inject",
    "FAULT",
    "breaks something on purpose: lost-rows, changed-cell, broken-reference, slow-api or api-errors"
)]
[TaskOption("keep", "leaves the stage up and says how to reach it")]
[TaskOption("board", "[PORT]", "shows the run live at 127.0.0.1, at this port or at one that is free")]
[TaskOption(
    "runner",
    "open-model|nbomber",
    "what makes the load; nbomber only in a build with the whole NuGet gallery, and never more than Inconclusive"
)]
[TaskOption("images", "auto|hub|debian", "where images come from")]
[TaskOption("plan", "FILE", "another plan than fixtures/plans/freshtrack.yaml")]
[TaskOption("policy", "FILE", "another policy than build/policy.yaml")]
public sealed class RehearseTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var options = new RehearsalOptions(
            FixtureScale.Parse(context.Option("scale", FixtureScale.Production.Name)),
            context.Number("seed", 1),
            ImageSources.Parse(context.Option("images", "auto")),
            Fault.Parse(context.Option("inject")),
            context.Flag("keep")
        )
        {
            RepositoryRoot = context.RepositoryRoot,
            Runner = LoadRunners.Parse(context.Option("runner", LoadRunners.OpenModel)),
            BoardPort = context.Option("board") switch
            {
                null => null,
                TaskOptionAttribute.Omitted => 0,
                _ => context.Number("board", 0),
            },
            PlanPath = context.PlanPath,
            PolicyPath = context.Option("policy", Path.Combine(context.RepositoryRoot, "build", "policy.yaml")),
        };
        var report = await new Rehearsal(options, context.Console, context.TimeProvider).RunAsync(context.Cancellation);
        await VerdictScreen.EndAsync(context, report);
    }
}
