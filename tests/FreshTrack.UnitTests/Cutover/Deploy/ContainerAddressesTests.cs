using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class ContainerAddressesTests
{
    private readonly ContainerAddresses addresses = new(new ServerShell(new ServerAddress()), "freshtrack");

    [Theory]
    [InlineData("running 172.18.0.3")]
    [InlineData("running 172.18.0.3 172.19.0.4")]
    public void Running_container_has_an_address(string line) =>
        Assert.Equal("172.18.0.3", $"{addresses.Read("postgres", line)}");

    [Theory]
    [InlineData("none", "it has no container")]
    [InlineData("exited", "its container is exited")]
    [InlineData("exited 172.18.0.3", "its container is exited")]
    [InlineData("running", "its container is running")]
    public void Service_that_cannot_be_reached_is_named_with_the_next_step(string line, string why)
    {
        var refused = Assert.Throws<ServerException>(() => addresses.Read("postgres", line));

        Assert.Contains("postgres of the project freshtrack", refused.Message);
        Assert.Contains($"{why}, expected running", refused.Message);
        Assert.Contains("./build.sh Prepare", refused.Message);
    }
}
