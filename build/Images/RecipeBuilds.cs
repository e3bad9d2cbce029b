using Cake.Docker;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Images;

/// <summary>Builds what the engine does not hold yet, and keeps the engine from filling up with older builds.</summary>
internal sealed class RecipeBuilds(ToolRunner tools, IProgress<string>? progress)
{
    private const string LocalTag = "local";

    // Clones of the repository at other commits use the older ones.
    private const int Kept = 5;

    public static async Task<bool> IsPresentAsync(Recipe recipe, CancellationToken cancellationToken) =>
        await ImageStore.IdentityAsync(recipe.Reference, cancellationToken) == recipe.Hash;

    /// <summary>Whether an image of this name was ever built on this machine.</summary>
    public static async Task<bool> KnowsAsync(ImageDefinition image, CancellationToken cancellationToken) =>
        await ImageStore.IdentityAsync($"{image.Repository}:{LocalTag}", cancellationToken) is not null;

    /// <summary>Builds with the label that names the content, and with a second, readable tag.</summary>
    public async Task<BuiltImage> BuildAsync(Recipe recipe, CancellationToken cancellationToken)
    {
        await Timed.RunAsync(
            progress,
            $"building {recipe.Image.Repository}{(recipe.Source == "debian" ? " from Debian packages" : "")}",
            () =>
                tools.RunAsync(
                    $"Building {recipe.Reference}",
                    context => context.DockerBuild(Settings(recipe), recipe.Context),
                    cancellationToken
                )
        );
        await RemoveOldAsync(recipe.Image.Repository, cancellationToken);
        var local = $"{recipe.Image.Repository}:{LocalTag}";
        await tools.RunAsync(
            $"Tagging {recipe.Reference}",
            context => context.DockerTag(recipe.Reference, local),
            cancellationToken
        );
        return await IsPresentAsync(recipe, cancellationToken)
            ? recipe.Built
            : throw new InvalidOperationException(
                $"The image '{recipe.Reference}' was built but is not present. Is another run removing images?"
            );
    }

    private static DockerImageBuildSettings Settings(Recipe recipe) =>
        new()
        {
            BuildArg = recipe.Arguments,
            File = recipe.Dockerfile,
            Label = [$"{BuiltImage.ContentLabel}={recipe.Hash}"],
            // Packages come through whatever proxy the host's loopback has; our own programs need nothing.
            Network = recipe.Source == "debian" ? "host" : null,
            Tag = [recipe.Reference],
        };

    /// <summary>Removes all but the newest images of a recipe. What a container runs on stays.</summary>
    private async Task RemoveOldAsync(string repository, CancellationToken cancellationToken)
    {
        var listed = await Command.DockerAsync(
            cancellationToken,
            "image",
            "ls",
            "--format",
            "{{.Repository}}:{{.Tag}}",
            repository
        );
        var old = listed
            .Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(reference => !reference.EndsWith($":{LocalTag}"))
            .Skip(Kept)
            .ToArray();
        if (old.Length > 0)
        {
            try
            {
                await tools.RunAsync("Removing old images", context => context.DockerRmi(old), cancellationToken);
            }
            catch (InvalidOperationException)
            {
                // One is in use, or another run was faster.
            }
        }
    }
}
