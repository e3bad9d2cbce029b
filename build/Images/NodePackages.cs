using FreshTrack.Fixtures.Engine;
using FreshTrack.Plan;

namespace FreshTrack.Build.Images;

/// <summary>Installs what a recipe's <c>package-lock.json</c> names, with checksums. The machine's own npm does it:
/// which registry it asks is a setting of the machine, and stands in no file and in no image of this
/// repository.</summary>
internal sealed class NodePackages(string repositoryRoot, IProgress<string>? progress)
{
    private const string Lock = "package-lock.json";

    /// <summary>The recipe on a copy of its folder with <c>node_modules</c> in it; the recipe itself where it needs
    /// none.</summary>
    /// <exception cref="RefusedException">npm is not installed, and may not be.</exception>
    public async Task<Recipe> WithAsync(Recipe recipe, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(recipe.Context, Lock)))
        {
            return recipe;
        }

        await ToolAsync(cancellationToken);
        var work = Path.Combine(repositoryRoot, "artifacts", "images", recipe.Image.Name);
        Directory.CreateDirectory(work);
        foreach (var file in Directory.EnumerateFiles(recipe.Context))
        {
            File.Copy(file, Path.Combine(work, Path.GetFileName(file)), overwrite: true);
        }

        await Timed.RunAsync(
            progress,
            $"installing the npm packages of {recipe.Image.Repository}",
            async () =>
                (
                    await Command.RunAsync(
                        "npm",
                        // Not with --prefix, which would also move npm's own settings.
                        ["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"],
                        cancellationToken,
                        work
                    )
                ).Require($"Installing the npm packages of {recipe.Image.Repository}")
        );
        return recipe with { Context = work };
    }

    private async Task ToolAsync(CancellationToken cancellationToken)
    {
        if ((await Command.RunAsync("npm", ["--version"], cancellationToken)).Succeeded)
        {
            return;
        }

        if (!Apt.IsUsable)
        {
            throw new RefusedException(
                "Images that hold npm packages cannot be built here: npm is not installed. Install Node.js 18 or newer "
                    + "with npm, or make a registry of images reachable and use --images hub."
            );
        }

        progress?.Report("installing npm from Debian packages …");
        await Apt.InstallAsync(["nodejs", "npm"], cancellationToken);
    }
}
