using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Screen;
using FreshTrack.Fixtures.Images;
using Spectre.Console;

namespace FreshTrack.Build.Tasks.Build;

[TaskName("BuildImages")]
[TaskDescription("Makes every image present and writes artifacts/images.json")]
[ChangesNothing]
[ImagesOption]
public sealed class BuildImagesTask : AsyncFrostingTask<BuildContext>
{
    public override async Task RunAsync(BuildContext context)
    {
        var source = ImageSources.Parse(context.Option("images", "auto"));
        var images = await RunScreen
            .On(context)
            .ShowAsync(
                "Images",
                progress =>
                    new ImageBuilder(context.RepositoryRoot, source, progress).EnsureAsync(
                        ImageCatalog.Stage,
                        context.Cancellation
                    ),
                built => $"{built.ByName.Count} present"
            );
        await images.WriteAsync(Path.Combine(context.ArtifactsDirectory, "images.json"), context.Cancellation);
        foreach (var image in images.ByName.Values)
        {
            context.Console.WriteLine(
                $"  {image.Reference}  {image.Id}{(image.StandsIn ? $"  stands in for {image.StandsInFor}" : "")}"
            );
        }
    }
}
