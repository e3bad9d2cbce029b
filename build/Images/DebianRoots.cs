using System.Collections.Concurrent;
using FreshTrack.Fixtures.Engine;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.Build.Images;

/// <summary>The root file systems that recipes stand on: one a Debian release, unpacked once however many ask for
/// it.</summary>
internal sealed class DebianRoots(string repositoryRoot, RecipeBuilds builds, IProgress<string>? progress)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<BuiltImage>>> started = new();
    private readonly Lock asking = new();
    private Task? installed;

    /// <summary>The root of an image's Debian release, as an image of its own.</summary>
    public static ImageDefinition Of(ImageDefinition image) =>
        new($"debian-{image.Suite}", PublicName: null) { Recipe = "debian", Suite = image.Suite };

    public Recipe Recipe(ImageDefinition image)
    {
        var folder = Path.Combine(repositoryRoot, "fixtures", "images", "debian");
        return new Recipe(
            Of(image),
            RecipeHash.Of([image.Suite], folder),
            folder,
            Path.Combine(folder, "Dockerfile"),
            [],
            "debian"
        );
    }

    public Task<BuiltImage> EnsureAsync(ImageDefinition image, CancellationToken cancellationToken) =>
        started
            .GetOrAdd(image.Suite, _ => new Lazy<Task<BuiltImage>>(() => EnsureAsync(Recipe(image), cancellationToken)))
            .Value;

    private async Task<BuiltImage> EnsureAsync(Recipe recipe, CancellationToken cancellationToken)
    {
        if (await RecipeBuilds.IsPresentAsync(recipe, cancellationToken))
        {
            return recipe.Built;
        }

        await ToolAsync(cancellationToken);
        var unpacked = Directory.CreateTempSubdirectory("freshtrack-root-").FullName;
        try
        {
            await Timed.RunAsync(
                progress,
                $"unpacking a root of Debian {recipe.Image.Suite}",
                async () =>
                    (
                        await Command.RunAsync(
                            "/bin/sh",
                            [
                                Path.Combine(recipe.Context, "root.sh"),
                                recipe.Image.Suite,
                                Path.Combine(unpacked, "root.tar"),
                            ],
                            cancellationToken
                        )
                    ).Require($"Unpacking a root of Debian {recipe.Image.Suite}")
            );
            return await builds.BuildAsync(recipe with { Context = unpacked }, cancellationToken);
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    private Task ToolAsync(CancellationToken cancellationToken)
    {
        lock (asking)
        {
            return installed ??= InstallAsync(cancellationToken);
        }
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (File.Exists("/usr/bin/mmdebstrap"))
        {
            return;
        }

        if (!Apt.IsUsable)
        {
            throw new RefusedException(
                "Images cannot be built from Debian packages here: that needs Debian and root, "
                    + "or mmdebstrap installed. Make a registry reachable and use --images hub."
            );
        }

        progress?.Report("installing mmdebstrap from Debian packages …");
        await Apt.InstallAsync(["mmdebstrap"], cancellationToken);
    }
}
