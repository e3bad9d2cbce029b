using FreshTrack.Build.Rehearsals;
using FreshTrack.Load;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Build;

public sealed class LoadRunnersTests
{
    [Fact]
    public void Open_model_is_our_own_runner() =>
        Assert.IsType<LoadRunner>(LoadRunners.Parse("open-model")(new LoadOptions()));

    [Theory]
    [InlineData("k6", "Expected open-model or nbomber")]
    [InlineData("nbomber", "PackageFeed=full")]
    public void A_runner_that_is_not_there_is_refused_with_the_next_step(string name, string next)
    {
        var refusal = Assert.Throws<RefusedException>(() => LoadRunners.Parse(name));

        Assert.Contains($"'{name}'", refusal.Message);
        Assert.Contains(next, refusal.Message);
    }
}
