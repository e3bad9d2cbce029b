using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class DeviceEuiTests
{
    [Theory]
    [InlineData("24e124136b502217")]
    [InlineData("24:E1:24:13:6B:50:22:17")]
    [InlineData("24-e1-24-13-6b-50-22-17")]
    [InlineData(" 24E124136B502217 ")]
    public void Every_spelling_names_the_same_device(string spelling) =>
        Assert.Equal("24E124136B502217", DeviceEui.Normalize(spelling));

    [Fact]
    public void Absent_EUI_is_empty() => Assert.Equal("", DeviceEui.Normalize(null));
}
