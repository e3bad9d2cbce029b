using Cake.Common.Tools.DotNet;
using Cake.Common.Tools.DotNet.MSBuild;
using Cake.Common.Tools.DotNet.Publish;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Images;

/// <summary>Builds the images of our own services:
/// a self-contained publish on the base image, tagged by its content.</summary>
internal sealed class ServicePublisher(
    string repositoryRoot,
    ToolRunner tools,
    RecipeBuilds builds,
    IProgress<string>? progress
)
{
    private string Work => Path.Combine(repositoryRoot, "artifacts", "images");

    public async Task<BuiltImage> EnsureAsync(
        ImageDefinition image,
        BuiltImage baseImage,
        CancellationToken cancellationToken
    )
    {
        var content = await PublishAsync(image, cancellationToken);
        var folder = Path.Combine(repositoryRoot, "fixtures", "images", image.Recipe);
        var recipe = new Recipe(
            image,
            RecipeHash.Of([baseImage.Identity], folder, content),
            content,
            Path.Combine(folder, "Dockerfile"),
            [$"BASE={baseImage.Reference}"],
            "publish"
        );
        return await RecipeBuilds.IsPresentAsync(recipe, cancellationToken)
            ? recipe.Built
            : await builds.BuildAsync(recipe, cancellationToken);
    }

    private async Task<string> PublishAsync(ImageDefinition image, CancellationToken cancellationToken)
    {
        var content = Path.Combine(Work, image.Name);
        // A file that the program no longer has must not stay in its image.
        if (Directory.Exists(content))
        {
            Directory.Delete(content, recursive: true);
        }

        await Timed.RunAsync(
            progress,
            $"publishing {image.Project}",
            () =>
                tools.RunAsync(
                    $"Publishing {image.Project}",
                    context => context.DotNetPublish(Path.Combine(repositoryRoot, image.Project!), Settings(content)),
                    cancellationToken
                )
        );
        return content;
    }

    private DotNetPublishSettings Settings(string content) =>
        new()
        {
            Configuration = "Release",
            Runtime = "linux-x64",
            SelfContained = true,
            OutputDirectory = content,
            NoLogo = true,
            Verbosity = DotNetVerbosity.Quiet,
            MSBuildSettings = new DotNetMSBuildSettings()
                .WithProperty("RuntimeFrameworkVersion", ImageCatalog.RuntimeVersion)
                // An own folder: a restore for another runtime would make every ordinary build restore again.
                .WithProperty("ArtifactsPath", Path.Combine(Work, ".dotnet"))
                // The build has checked the code already.
                .WithProperty("RunAnalyzers", "false")
                .WithProperty("EnforceCodeStyleInBuild", "false"),
        };
}
