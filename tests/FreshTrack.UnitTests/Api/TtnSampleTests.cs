using FreshTrack.Api.Ingestion;
using FreshTrack.Fixtures.Uplinks;

namespace FreshTrack.UnitTests.Api;

public sealed class TtnSampleTests
{
    public static TheoryData<string, string?, string?, int?, string?, bool?, int> Expected =>
        new()
        {
            { "decentlab-dl-sht35", "3.50", "47.54", 28, "3.168", null, -104 },
            { "dragino-lds02", null, null, 8, "3.045", true, -61 },
            { "dragino-lht52", "-18.23", "55.2", null, null, null, -101 },
            { "dragino-lht65", "4.20", "63.3", 10, "3.062", null, -97 },
            { "elsys-ers", "-17.6", "41", 100, "3.63", null, -61 },
            { "elsys-ers-co2", "4.3", "41", 100, "3.644", null, -61 },
            { "milesight-em300-mcs", "4.7", "50.5", 92, null, true, -79 },
            { "milesight-em300-th", "4.2", "60.5", 92, null, null, -61 },
            { "milesight-em500-pt100", "-26.8", null, 100, null, null, -74 },
            { "netvox-r718a", "-6", "50", 100, "3.6", null, -92 },
            { "netvox-r718f", null, null, 0, "2.4", true, -88 },
            { "sensative-strips", "4.3", null, 80, null, null, -95 },
            { "simulated", "4.2", "60.5", 92, null, null, 42 },
        };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Sample_of_a_real_sensor_is_understood(
        string name,
        string? temperature,
        string? humidity,
        int? battery,
        string? volts,
        bool? doorOpen,
        int signal
    )
    {
        var uplink = Uplinks.Sample(name);
        var measured = Assert.IsType<FreshTrack.Api.Ingestion.Measurements>(uplink.Read(SensorFacts.Unknown).Measured);

        Assert.Equal(
            (
                Uplinks.Decimal(temperature),
                Uplinks.Decimal(humidity),
                battery,
                Uplinks.Decimal(volts),
                doorOpen,
                signal
            ),
            (
                measured.Temperature,
                measured.Humidity,
                measured.Battery,
                measured.BatteryVoltage,
                measured.DoorOpen,
                uplink.SignalStrength
            )
        );
    }

    [Fact]
    public void Every_sample_is_among_them() =>
        Assert.Equal(UplinkSamples.All.Keys, Expected.Select(row => row.Data.Item1));
}
