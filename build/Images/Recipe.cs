using FreshTrack.Fixtures.Images;

namespace FreshTrack.Build.Images;

/// <summary>What the engine is given to build an image from.</summary>
/// <param name="Hash">Of everything that decides what is in it; see <see cref="RecipeHash"/>.</param>
/// <param name="Context">The folder that the Dockerfile copies from.</param>
/// <param name="Dockerfile">Absolute path.</param>
/// <param name="Arguments">Of the Dockerfile, each as <c>NAME=value</c>.</param>
/// <param name="Source"><c>debian</c> or <c>publish</c>.</param>
internal sealed record Recipe(
    ImageDefinition Image,
    string Hash,
    string Context,
    string Dockerfile,
    string[] Arguments,
    string Source
)
{
    public string Reference => $"{Image.Repository}:{RecipeHash.Tag(Hash)}";

    public BuiltImage Built => new(Image.Name, Reference, Hash, Source, Image.StandsInFor);
}
