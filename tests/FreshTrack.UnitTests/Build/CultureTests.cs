using System.Globalization;

namespace FreshTrack.UnitTests.Build;

public sealed class CultureTests
{
    [Fact]
    public void Programs_know_the_invariant_culture_only()
    {
        Assert.True(AppContext.TryGetSwitch("System.Globalization.Invariant", out var invariant) && invariant);
        Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.CurrentCulture);
        Assert.Throws<CultureNotFoundException>(() => CultureInfo.GetCultureInfo("de-DE"));
    }

    [Fact]
    public void No_project_leaves_the_invariant_culture()
    {
        var root = FreshTrack.Fixtures.Images.RepositoryRoot.Find();
        var leaving = Directory
            .EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories)
            .Where(project => File.ReadAllText(project).Contains("InvariantGlobalization"));
        Assert.Empty(leaving);
    }
}
