using FreshTrack.Fixtures.Images;

namespace FreshTrack.UnitTests.Containers;

public sealed class RecipeHashTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recipe-");

    public RecipeHashTests()
    {
        Write("Dockerfile", "FROM base");
        Write("etc/server.conf", "port 1");
    }

    private string Tag => RecipeHash.Of("base:1", folder.FullName);

    [Fact]
    public void An_unchanged_recipe_keeps_its_tag() => Assert.Equal(Tag, Tag);

    [Fact]
    public void A_changed_byte_makes_another_tag() => AssertChanges(() => Write("etc/server.conf", "port 2"));

    [Fact]
    public void A_renamed_file_makes_another_tag() =>
        AssertChanges(() =>
            File.Move(Path.Combine(folder.FullName, "Dockerfile"), Path.Combine(folder.FullName, "Dockerfile2"))
        );

    [Fact]
    public void A_new_file_makes_another_tag() => AssertChanges(() => Write("empty", ""));

    [Fact]
    public void A_new_base_makes_another_tag() => Assert.NotEqual(Tag, RecipeHash.Of("base:2", folder.FullName));

    [Fact]
    public void The_tag_depends_on_no_path_of_the_machine()
    {
        var before = Tag;
        var elsewhere = folder.FullName + "-moved";
        Directory.Move(folder.FullName, elsewhere);
        try
        {
            Assert.Equal(before, RecipeHash.Of("base:1", elsewhere));
        }
        finally
        {
            Directory.Move(elsewhere, folder.FullName);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void AssertChanges(Action change)
    {
        var before = Tag;
        change();
        Assert.NotEqual(before, Tag);
    }

    private void Write(string name, string text)
    {
        var file = new FileInfo(Path.Combine(folder.FullName, name));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }
}
