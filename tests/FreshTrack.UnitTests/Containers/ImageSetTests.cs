using FreshTrack.Fixtures.Images;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Containers;

public sealed class ImageSetTests : IDisposable
{
    private static readonly BuiltImage Redis = new("redis", "freshtrack/redis:1f0c", "1f0c77", "debian", null);
    private static readonly BuiltImage Store = new(
        "object-store",
        "freshtrack/object-store:2a",
        "2a88",
        "debian",
        "MinIO"
    );

    private readonly string root = Directory.CreateTempSubdirectory("images-").FullName;

    /// <summary>What the engine holds: reference → identity.</summary>
    private readonly Dictionary<string, string> engine = new()
    {
        [Redis.Reference] = Redis.Identity,
        [Store.Reference] = Store.Identity,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string ListFile => Path.Combine(root, "artifacts", "images.json");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task The_wanted_images_are_read_as_they_were_written()
    {
        await WriteAsync(Redis, Store);

        var read = await ReadAsync(ImageCatalog.ObjectStore);

        Assert.Equal([Store], read.ByName.Values);
        Assert.Equal(Store.Reference, read.Reference(ImageCatalog.ObjectStore));
    }

    [Fact]
    public async Task Before_the_first_build_the_next_step_is_named() =>
        Assert.Equal(
            $"No images were built yet: there is no {ListFile}. Run ./build.sh BuildImages.",
            (await Assert.ThrowsAsync<RefusedException>(() => ReadAsync(ImageCatalog.Redis))).Message
        );

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "redis": { "name": "redis", "reference": "r", "id": "sha256:1f", "source": "debian" } }""")]
    [InlineData("""{ "redis": { "name": "redis", "reference": "r", "source": "debian", "standsInFor": null } }""")]
    public async Task A_list_of_another_form_is_refused(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ListFile)!);
        await File.WriteAllTextAsync(ListFile, text, Cancel);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => ReadAsync(ImageCatalog.Redis));

        Assert.StartsWith(ListFile, refused.Message);
        Assert.EndsWith(" Run ./build.sh BuildImages.", refused.Message);
    }

    [Fact]
    public async Task Every_image_that_cannot_be_used_is_named_with_its_reason()
    {
        await WriteAsync(Redis, Store);
        engine.Remove(Redis.Reference);
        engine[Store.Reference] = "3b99";

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            ReadAsync(ImageCatalog.Redis, ImageCatalog.ObjectStore, ImageCatalog.Caddy)
        );

        Assert.Equal(
            "The image 'redis' (freshtrack/redis:1f0c) is not in the container engine; "
                + "The image 'object-store' (freshtrack/object-store:2a) is another one than was built: 3b99 instead "
                + $"of 2a88; The image 'caddy' is not in {ListFile}. Run ./build.sh BuildImages.",
            refused.Message
        );
    }

    [Theory]
    [InlineData("1f0c77 ", "1f0c77")]
    [InlineData(" postgres@sha256:9a01", "postgres@sha256:9a01")]
    [InlineData("1f0c77 ghcr.io/freshtrack/api@sha256:9a01", "1f0c77")]
    [InlineData(" ", null)]
    public void An_image_is_known_by_its_content_before_its_digest(string inspected, string? identity) =>
        Assert.Equal(identity, ImageStore.IdentityOf(inspected));

    private Task WriteAsync(params IEnumerable<BuiltImage> images) =>
        new ImageSet(images.ToDictionary(image => image.Name)).WriteAsync(root, Cancel);

    private Task<ImageSet> ReadAsync(params IEnumerable<ImageDefinition> wanted) =>
        ImageSet.ReadAsync(
            ListFile,
            wanted,
            (reference, _) => Task.FromResult(engine.GetValueOrDefault(reference)),
            Cancel
        );
}
