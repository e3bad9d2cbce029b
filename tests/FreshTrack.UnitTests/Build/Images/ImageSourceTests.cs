using FreshTrack.Build.Images;
using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build.Images;

public sealed class ImageSourceTests
{
    [Theory]
    [InlineData("auto", ImageSource.Auto)]
    [InlineData("hub", ImageSource.Hub)]
    [InlineData("debian", ImageSource.Debian)]
    public void A_source_is_read_by_its_name(string text, ImageSource source) =>
        Assert.Equal(source, ImageSources.Parse(text));

    [Fact]
    public void Another_word_is_refused_with_the_words_that_are_known()
    {
        var refused = Assert.Throws<RefusedException>(() => ImageSources.Parse("podman"));
        Assert.Equal("Invalid image source 'podman'. Use hub, debian or auto.", refused.Message);
    }

    /// <summary>The status page's is called what it was ordered as; a release pins it by its digest.</summary>
    [Fact]
    public void Every_public_image_names_its_version() =>
        Assert.All(
            ImageCatalog
                .All.Where(image => image is { Project: null, PublicName: not null })
                .Where(image => image != ImageCatalog.UptimeKuma),
            image => Assert.Matches(@":(RELEASE\.|v?\d+\.\d)", image.PublicName)
        );

    [Fact]
    public void Every_image_has_a_recipe() =>
        Assert.All(
            ImageCatalog.All,
            image =>
                Assert.True(
                    File.Exists(Path.Combine(RepositoryRoot.Find(), "fixtures", "images", image.Recipe, "Dockerfile")),
                    image.Name
                )
        );
}
