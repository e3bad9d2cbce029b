namespace FreshTrack.UnitTests.Api;

public sealed class TtnSampleTests
{
    [Theory]
    [InlineData("milesight-em300-th", "4.2", "60.5", 92, null, null, -61)]
    [InlineData("dragino-lht65", "4.20", "63.3", null, "3.062", null, -97)]
    [InlineData("elsys-ers", "-17.6", "41", null, "3.63", null, -61)]
    [InlineData("dragino-lds02", null, null, null, "3.045", true, -61)]
    public void Sample_of_a_real_sensor_is_understood(
        string name, string? temperature, string? humidity, int? battery, string? volts, bool? doorOpen, int signal)
    {
        var uplink = Uplinks.Sample(name);

        Assert.Equal(
            (Uplinks.Decimal(temperature), Uplinks.Decimal(humidity), battery, Uplinks.Decimal(volts), doorOpen, signal),
            (uplink.Temperature, uplink.Humidity, uplink.Battery, uplink.BatteryVoltage, uplink.DoorOpen, uplink.SignalStrength));
    }
}
