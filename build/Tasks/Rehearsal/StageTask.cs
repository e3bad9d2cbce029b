using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Build.Stages;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Fixtures.Generator;
using FreshTrack.Fixtures.Images;
using Spectre.Console;

namespace FreshTrack.Build.Tasks.Rehearsal;

[TaskName("Stage")]
[TaskDescription("Starts a filled stage to practise on, and writes artifacts/stage/environment.yaml")]
[ChangesNothing]
[IsDependentOn(typeof(BuildImagesTask))]
[ScaleOption]
[SeedOption]
[TaskOption("token", "prints an access token of a user who was moved, as the last line; starts nothing")]
[TaskOption("down", "removes the stage; starts nothing")]
[NotTogether("down", "token")]
public sealed class StageTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var stage = new PracticeStage(
            context.RepositoryRoot,
            context.ArtifactsDirectory,
            RunScreen.On(context),
            context.TimeProvider
        );
        if (context.Flag("down"))
        {
            context.Console.WriteLine(await stage.DownAsync(context.Cancellation));
        }
        else if (context.Flag("token"))
        {
            context.LastLine = await stage.TokenAsync(context.Cancellation);
        }
        else
        {
            var guide = await stage.UpAsync(
                await ImageSet.ReadAsync(context.RepositoryRoot, ImageCatalog.WholeStage, context.Cancellation),
                FixtureScale.Parse(context.Option("scale", FixtureScale.Production.Name)),
                context.Number("seed", 1),
                context.Cancellation
            );
            guide.Show(context.Console);
        }
    }
}
