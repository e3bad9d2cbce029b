using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Images;

/// <summary>Builds images from the recipes below <c>fixtures/images/</c>, each on its Debian release.</summary>
internal sealed class DebianRecipes(string repositoryRoot, RecipeBuilds builds, IProgress<string>? progress)
{
    private readonly DebianRoots roots = new(repositoryRoot, builds, progress);
    private readonly NodePackages packages = new(repositoryRoot, progress);

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
        var recipe = RecipeOf(image, roots.Recipe(image).Built);
        if (await RecipeBuilds.IsPresentAsync(recipe, cancellationToken))
        {
            return recipe.Built;
        }

        // With public images present for the rest, the root may be wanted for this image alone.
        await roots.EnsureAsync(image, cancellationToken);
        return await builds.BuildAsync(await packages.WithAsync(recipe, cancellationToken), cancellationToken);
    }

    /// <summary>The image on a base that is present, whoever made that.</summary>
    public async Task<BuiltImage> EnsureAsync(
        ImageDefinition image,
        BuiltImage under,
        CancellationToken cancellationToken
    )
    {
        var recipe = RecipeOf(image, under);
        return await RecipeBuilds.IsPresentAsync(recipe, cancellationToken)
            ? recipe.Built
            : await builds.BuildAsync(recipe, cancellationToken);
    }

    private Recipe RecipeOf(ImageDefinition image, BuiltImage under)
    {
        var folder = Path.Combine(repositoryRoot, "fixtures", "images", image.Recipe);
        return new Recipe(
            image,
            RecipeHash.Of([under.Identity, .. image.Arguments], folder),
            folder,
            Path.Combine(folder, "Dockerfile"),
            [$"BASE={under.Reference}", .. image.Arguments],
            "debian"
        );
    }
}
