using FreshTrack.Build.Images;

namespace FreshTrack.UnitTests.Build.Images;

public sealed class RecipeHashTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recipe-");

    public RecipeHashTests()
    {
        Write("Dockerfile", "FROM base");
        Write("etc/server.conf", "port 1");
    }

    private string Hash => RecipeHash.Of(["base"], folder.FullName);

    [Fact]
    public void An_unchanged_recipe_keeps_its_hash() => Assert.Equal(Hash, Hash);

    [Fact]
    public void A_changed_byte_makes_another_hash() => AssertChanges(() => Write("etc/server.conf", "port 2"));

    [Fact]
    public void A_renamed_file_makes_another_hash() =>
        AssertChanges(() =>
            File.Move(Path.Combine(folder.FullName, "Dockerfile"), Path.Combine(folder.FullName, "Dockerfile2"))
        );

    [Fact]
    public void A_new_file_makes_another_hash() => AssertChanges(() => Write("empty", ""));

    [Theory]
    [InlineData("base2")]
    [InlineData("base", "VERSION=15")]
    // Where one part ends is part of the identity.
    [InlineData("ba", "se")]
    public void Another_base_or_argument_makes_another_image(params string[] basis) =>
        Assert.NotEqual(Hash, RecipeHash.Of(basis, folder.FullName));

    [Fact]
    public void A_tag_is_the_start_of_the_hash()
    {
        Assert.Equal(64, Hash.Length);
        Assert.Equal(12, RecipeHash.Tag(Hash).Length);
        Assert.StartsWith(RecipeHash.Tag(Hash), Hash);
    }

    [Fact]
    public void The_hash_depends_on_no_path_of_the_machine()
    {
        var before = Hash;
        var elsewhere = folder.FullName + "-moved";
        Directory.Move(folder.FullName, elsewhere);
        try
        {
            Assert.Equal(before, RecipeHash.Of(["base"], elsewhere));
        }
        finally
        {
            Directory.Move(elsewhere, folder.FullName);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void AssertChanges(Action change)
    {
        var before = Hash;
        change();
        Assert.NotEqual(before, Hash);
    }

    private void Write(string name, string text)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, name));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}
