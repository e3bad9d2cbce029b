using System.Net;
using System.Net.Sockets;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Asks for the stack's public names as a browser does, at a port of this machine.</summary>
internal static class PublicNames
{
    /// <summary>Trusts whatever certificate comes: the practice authority's, whose name is checked elsewhere.</summary>
    public static HttpClient Client(string host, int port)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { BaseAddress = new Uri($"https://{host}"), Timeout = TimeSpan.FromSeconds(20) };
    }
}
