using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

/// <summary>What somebody is told whose deployment failed half-way.</summary>
public sealed class DeployStateTests
{
    private const string Command = "./build.sh Deploy --environment production.yaml";

    [Fact]
    public void Services_are_new_or_as_before_or_down()
    {
        DeployedService[] next =
        [
            new("postgres", "p2", ServiceUpdate.Together),
            new("api-a", "a2", ServiceUpdate.OneByOne),
            new("api-b", "a2", ServiceUpdate.OneByOne),
            new("caddy", "c2", ServiceUpdate.Together),
        ];
        var known = new Dictionary<string, string>
        {
            ["postgres"] = "p2",
            ["api-a"] = "",
            ["api-b"] = "a1",
        };

        Assert.Equal(
            "Of this release run: postgres. As before: api-b. Down: api-a, caddy.",
            $"{DeployState.Of(known, next, new HashSet<string>(["postgres", "api-b"]))}"
        );
    }

    [Theory]
    [InlineData(
        false,
        true,
        "0123",
        $"what is left, once the cause is fixed: {Command}|release 0123: {Command} --previous"
    )]
    [InlineData(false, true, null, $"what is left, once the cause is fixed: {Command}|no release to go back to")]
    [InlineData(false, false, "0123", $"Nothing was replaced. Once the cause is fixed: {Command}")]
    [InlineData(true, true, "0123", $"what is left: {Command} --previous|release of this checkout: {Command}")]
    public void Next_step_is_a_command(bool isBack, bool hasBegun, string? before, string expected)
    {
        var lines = DeployState.Next(Command, isBack, hasBegun, before);

        Assert.All(expected.Split('|').Zip(lines), pair => Assert.Contains(pair.First, pair.Second));
        Assert.Equal(expected.Split('|').Length, lines.Count);
    }
}
