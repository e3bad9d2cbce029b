using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Rehearsals;
using FreshTrack.Build.Screen;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Fixtures.Generator;

namespace FreshTrack.Build.Tasks.Rehearsal;

[TaskName("Rehearse")]
[TaskDescription("Rehearses the whole cutover on real servers in containers, load-tests it and judges it")]
[ChangesNothing]
[ScaleOption]
[SeedOption]
[InjectOption]
[KeepOption]
[BoardOption]
[RunnerOption]
[PlanOption]
[PolicyOption]
[IsDependentOn(typeof(BuildImagesTask))]
public sealed class RehearseTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var options = new RehearsalOptions(
            FixtureScale.Parse(context.Option("scale", FixtureScale.Production.Name)),
            context.Number("seed", 1),
            Fault.Parse(context.Option("inject")),
            context.Flag("keep")
        )
        {
            RepositoryRoot = context.RepositoryRoot,
            Runner = LoadRunners.Parse(context.Option("runner", LoadRunners.OpenModel)),
            BoardPort = BoardOptionAttribute.PortOf(context),
            PlanPath = context.PlanPath,
            PolicyPath = context.PolicyPath,
        };
        var rehearsal = new Rehearsals.Rehearsal(options, context.Console, context.TimeProvider);
        await VerdictScreen.EndAsync(context, await rehearsal.RunAsync(context.Cancellation));
    }
}
