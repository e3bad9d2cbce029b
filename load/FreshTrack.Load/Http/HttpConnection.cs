using System.Net.Security;
using System.Net.Sockets;

namespace FreshTrack.Load.Http;

/// <summary>A kept-alive connection, one request at a time.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket socket;
    private readonly Stream stream;
    private readonly byte[] received = new byte[16 * 1024];

    private HttpConnection(Socket socket, Stream stream) => (this.socket, this.stream) = (socket, stream);

    public RequestWriter Request { get; } = new();

    public ResponseReader Answer { get; } = new();

    /// <summary>A server that closed an idle connection,
    /// or sent what nobody asked for, has left something to read.</summary>
    public bool IsOpen => !socket.Poll(0, SelectMode.SelectRead);

    public static async ValueTask<HttpConnection> OpenAsync(Uri server, CancellationToken cancellationToken)
    {
        var opened = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await opened.ConnectAsync(server.DnsSafeHost, server.Port, cancellationToken);
            return new HttpConnection(opened, await StreamAsync(opened, server, cancellationToken));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Sends what <see cref="Request"/> holds and reads the whole answer into <see cref="Answer"/>.</summary>
    /// <exception cref="FormatException">What came is no HTTP/1.1.</exception>
    /// <exception cref="EndOfStreamException">The answer ended early.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask ExchangeAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Request.Written, cancellationToken);
        Answer.Restart();
        int count;
        do
        {
            count = await stream.ReadAsync(received, cancellationToken);
            if (count == 0 && !Answer.EndsByClosing)
            {
                throw new EndOfStreamException("The server closed the connection before its answer was whole.");
            }
        } while (count > 0 && !Answer.Read(received.AsSpan(0, count)));
    }

    public void Dispose()
    {
        stream.Dispose();
        Request.Dispose();
    }

    private static async ValueTask<Stream> StreamAsync(Socket socket, Uri server, CancellationToken cancellationToken)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (server.Scheme != Uri.UriSchemeHttps)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = server.DnsSafeHost },
            cancellationToken
        );
        return secure;
    }
}
