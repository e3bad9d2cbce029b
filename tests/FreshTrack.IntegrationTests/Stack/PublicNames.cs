using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>Asks for the stack's public names as a browser does that trusts the practice authority, at ports of this
/// machine's loopback.</summary>
internal static class PublicNames
{
    /// <param name="authority">Of Caddy's own.</param>
    /// <param name="portOf">Where a published port is reached.</param>
    public static HttpClient Client(X509Certificate2 authority, Func<int, int> portOf) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                SslOptions =
                {
                    CertificateChainPolicy = new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { authority },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
                ConnectCallback = async (context, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    await socket.ConnectAsync(
                        new IPEndPoint(IPAddress.Loopback, portOf(context.DnsEndPoint.Port)),
                        cancellationToken
                    );
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );
}
