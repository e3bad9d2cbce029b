using System.Reflection;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.UnitTests.Fixtures;

/// <summary>Whatever stands in for a real system says what the real one does that it does not.</summary>
public sealed class StandInTests
{
    /// <summary>Programs of our own below <c>fixtures/</c>.</summary>
    private static readonly string[] OurOwn =
    [
        "fixtures/FreshTrack.Fixtures",
        "fixtures/FreshTrack.LoopbackServer",
        "fixtures/FreshTrack.MoveProcess",
    ];

    private static readonly string Root = RepositoryRoot.Find();

    public static TheoryData<string> Folders =>
        [
            .. typeof(ImageCatalog)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(image => image.GetValue(null))
                .OfType<ImageDefinition>()
                .Where(image => image.StandsInFor is not null)
                .Select(image => image.Project ?? $"fixtures/images/{image.Name}")
                .Concat(
                    Directory
                        .EnumerateDirectories(Path.Combine(Root, "fixtures"), "FreshTrack.*")
                        .Select(folder => Path.GetRelativePath(Root, folder))
                        .Except(OurOwn)
                )
                .Append("fixtures/FreshTrack.Fixtures/Minio")
                .Distinct(),
        ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Stand_in_says_how_it_differs_and_where_that_is_known_from(string folder)
    {
        var file = Path.Combine(Root, folder, "DIFFERENCES.md");

        Assert.True(File.Exists(file), $"{folder} has no DIFFERENCES.md: say there what the real system does besides.");
        var text = File.ReadAllText(file);
        Assert.Contains("\n## What it leaves out\n", text);
        Assert.Contains("\n## Where the rules are from\n", text);
    }
}
