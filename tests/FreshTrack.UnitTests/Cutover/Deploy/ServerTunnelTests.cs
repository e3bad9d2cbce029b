using FreshTrack.Cutover.Deploy;

namespace FreshTrack.UnitTests.Cutover.Deploy;

public sealed class ServerTunnelTests
{
    /// <summary>A connection shared with others would keep the ports, and a port on all addresses would let
    /// neighbours in.</summary>
    [Fact]
    public void Tunnel_listens_on_the_loopback_alone_over_a_connection_of_its_own()
    {
        var options = ServerTunnel.Options([new TunnelEnd(40001, "172.18.0.3", 5432)]);

        Assert.Contains("ControlPath=none", options);
        Assert.Contains("ExitOnForwardFailure=yes", options);
        Assert.Equal(["-L", "127.0.0.1:40001:172.18.0.3:5432"], options.TakeLast(2));
    }
}
