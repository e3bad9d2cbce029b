using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class BatteryCurveTests
{
    [Theory]
    [InlineData("CR17450", "3.00 100, 2.95 80, 2.85 50, 2.75 20, 2.60 5, 2.50 0")]
    [InlineData("Li-MnO2", "3.00 100, 2.95 80, 2.85 50, 2.75 20, 2.60 5, 2.50 0")]
    [InlineData("LiFeS2_AA", "3.60 100, 3.20 80, 2.80 50, 2.40 20, 2.00 5, 1.80 0")]
    [InlineData("lithium", "3.60 100, 3.20 80, 2.80 50, 2.40 20, 2.00 5, 1.80 0")]
    [InlineData("Alkaline", "3.20 100, 2.80 70, 2.40 40, 2.00 15, 1.80 5, 1.60 0")]
    [InlineData("cr2032", "3.00 100, 2.90 80, 2.70 50, 2.50 20, 2.30 5, 2.20 0")]
    [InlineData(null, "3.6 100, 3.3 50, 3.0 0")]
    public void Points_of_a_chemistry_are_the_former_ones(string? chemistry, string points)
    {
        var curve = BatteryCurve.Of(chemistry);

        var known = points.Split(", ").Select(point => point.Split(' ')).ToArray();
        Assert.Equal(
            known.Select(point => int.Parse(point[1])),
            known.Select(point => curve.Percent(decimal.Parse(point[0])))
        );
        Assert.Equal((100, 0), (curve.Percent(3.9m), curve.Percent(0.5m)));
    }

    [Theory]
    [InlineData("Li-MnO2", "2.70", 15)]
    [InlineData("LiFeS2", "3.05", 69)]
    [InlineData("Alkaline_AA", "1.901", 10)]
    [InlineData(" LITHIUM ", "2.2", 13)]
    [InlineData("Li-SOCl2", "3.4", 90)]
    [InlineData("", "3.15", 25)]
    public void Between_two_points_it_is_linear(string chemistry, string volts, int percent) =>
        Assert.Equal(percent, BatteryCurve.Of(chemistry).Percent(decimal.Parse(volts)));

    [Fact]
    public void A_Dragino_whose_battery_runs_down_falls_below_the_alert_s_limit()
    {
        var uplink = Uplinks.Accepted(Uplinks.WithPayload("""{ "TempC_SHT": 4, "BatV": 2.0, "Bat_status": 0 }"""));

        Assert.Equal(0, uplink.Read(SensorFacts.Unknown).Measured!.Battery);
        Assert.Equal(5, uplink.Read(new SensorFacts { Chemistry = "lithium" }).Measured!.Battery);
    }
}
