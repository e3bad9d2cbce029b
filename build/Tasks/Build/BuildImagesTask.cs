using Cake.Frosting;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Images;
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
    // A load on an API that runs already starts no container.
    public override bool ShouldRun(BuildContext context) => context.Option("url") is null;

    public override async Task RunAsync(BuildContext context)
    {
        var source = ImageSources.Parse(context.Option("images", "auto"));
        var images = await RunScreen
            .On(context)
            .ShowAsync(
                "Images",
                progress =>
                    new ImageBuilder(context, context.RepositoryRoot, source, progress).EnsureAsync(
                        ImageCatalog.All,
                        context.Cancellation
                    ),
                built => $"{built.ByName.Count} present"
            );
        await images.WriteAsync(context.RepositoryRoot, context.Cancellation);
        foreach (var image in images.ByName.Values.OrderBy(image => image.Name))
        {
            context.Console.WriteLine(
                $"  {image.Reference}  {image.Identity}{(image.StandsIn ? $"  stands in for {image.StandsInFor}" : "")}"
            );
        }
    }
}
