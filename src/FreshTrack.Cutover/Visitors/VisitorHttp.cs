using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FreshTrack.Cutover.Visitors;

/// <summary>Asks for the public names as a visitor's browser does: by name, over TLS whose certificate is checked, also
/// before DNS leads to the new system. No redirection is followed.</summary>
public sealed class VisitorHttp(PublicNames names)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private X509Certificate2? authority;

    public PublicNames Names => names;

    /// <summary>Checks certificates against this authority alone from now on.</summary>
    /// <param name="root">Its certificate as PEM.</param>
    public void Trust(string root) => authority = X509Certificate2.CreateFromPem(root);

    /// <param name="address">A public name; the client's base address.</param>
    public HttpClient Client(Uri address) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                // A proxy of this machine knows nothing of where the front is.
                UseProxy = names.Front is null,
                ConnectCallback = ConnectAsync,
                SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy() },
            }
        )
        {
            BaseAddress = address,
            Timeout = Patience,
        };

    /// <summary>As <see cref="Client(Uri)"/>, signed in with a password.</summary>
    public HttpClient Client(Uri address, string user, string password)
    {
        var client = Client(address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))
        );
        return client;
    }

    /// <summary>The key of the proxy's certificate for a name, once that was checked against the proxy's own
    /// authority.</summary>
    /// <returns>SHA-256 of the public key as Base64; null where the certificate is anybody's to check.</returns>
    /// <exception cref="AuthenticationException">The certificate is not of that authority, or not for the
    /// name.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    public async Task<string?> CheckedKeyAsync(Uri name, CancellationToken cancellationToken)
    {
        if (authority is null)
        {
            return null;
        }

        await using var stream = await ConnectAsync(name.Host, name.Port, cancellationToken);
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name.Host, CertificateChainPolicy = Policy() },
            cancellationToken
        );
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);
        return Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    private X509ChainPolicy? Policy() =>
        authority is null
            ? null
            : new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                // An authority of one's own publishes no list.
                RevocationMode = X509RevocationMode.NoCheck,
            };

    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);

    private async ValueTask<Stream> ConnectAsync(string name, int askedPort, CancellationToken cancellationToken)
    {
        var (host, port) =
            names.Front is not { } front ? (name, askedPort)
            : askedPort == 443 ? (front.Https.Host, front.Https.Port)
            : (front.Http.Host, front.Http.Port);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
