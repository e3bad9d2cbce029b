using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Images;

/// <summary>Builds images from the recipes below <c>fixtures/images/</c>, each on its Debian release.</summary>
internal sealed class DebianRecipes(string repositoryRoot, RecipeBuilds builds, IProgress<string>? progress)
{
    private readonly DebianRoots roots = new(repositoryRoot, builds, progress);

    /// <summary>Whether this image, or the root that it would stand on, was built here before.</summary>
    public async Task<bool> WasUsedAsync(ImageDefinition image, CancellationToken cancellationToken) =>
        await RecipeBuilds.KnowsAsync(image, cancellationToken)
        || await RecipeBuilds.KnowsAsync(DebianRoots.Of(image), cancellationToken);

    /// <summary>The root of the image's Debian release.</summary>
    public async Task<BuiltImage> RootAsync(ImageDefinition image, CancellationToken cancellationToken) =>
        await roots.EnsureAsync(image, cancellationToken) with
        {
            Name = image.Name,
        };

    public async Task<BuiltImage> EnsureAsync(ImageDefinition image, CancellationToken cancellationToken)
    {
        var root = roots.Recipe(image);
        var folder = Path.Combine(repositoryRoot, "fixtures", "images", image.Recipe);
        var recipe = new Recipe(
            image,
            RecipeHash.Of([root.Hash, .. image.Arguments], folder),
            folder,
            Path.Combine(folder, "Dockerfile"),
            [$"BASE={root.Reference}", .. image.Arguments],
            "debian"
        );
        if (await RecipeBuilds.IsPresentAsync(recipe, cancellationToken))
        {
            return recipe.Built;
        }

        // With public images present for the rest, the root may be wanted for this image alone.
        await roots.EnsureAsync(image, cancellationToken);
        return await builds.BuildAsync(recipe, cancellationToken);
    }
}
