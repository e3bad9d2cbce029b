using FreshTrack.Fixtures.Generator;
using FreshTrack.Plan;

namespace FreshTrack.UnitTests.Fixtures;

public sealed class FixtureScaleTests
{
    [Fact]
    public void A_name_gives_its_scale()
    {
        Assert.Equal(FixtureScale.Smoke, FixtureScale.Parse("smoke"));
        Assert.Equal(FixtureScale.Production, FixtureScale.Parse("production"));
        Assert.Equal(10_000_000, FixtureScale.Parse("stress").Readings);
    }

    [Fact]
    public void A_number_scales_the_readings_and_leaves_the_rest_at_production()
    {
        var scale = FixtureScale.Parse("2500");

        Assert.Equal(FixtureScale.Production with { Name = "2500", Readings = 2500 }, scale);
    }

    [Theory]
    [InlineData("huge")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1e6")]
    [InlineData("10,000")]
    [InlineData("SMOKE ")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_refused_by_name(string text)
    {
        var refused = Assert.Throws<RefusedException>(() => FixtureScale.Parse(text));

        Assert.Equal(
            $"Invalid scale '{text}'. Use smoke, production, stress or a number of readings.",
            refused.Message
        );
    }
}
