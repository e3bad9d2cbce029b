using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FreshTrack.Load;

/// <summary>The one pool of connections that all scenarios of a run share: no proxy, no redirects, no cookies.</summary>
/// <remarks>
/// Webhooks and dashboards come through proxies with bounded pools; a request that waits for a connection waits on its latency's clock. Anything a
/// target does wrong becomes an outcome; only the token's own cancellation is thrown.
/// </remarks>
public sealed class LoadTransport : IDisposable
{
    private static readonly string[] Statuses = [.. Enumerable.Range(0, 1000).Select(status => status.ToString("000", CultureInfo.InvariantCulture))];
    private static readonly string[] ExpectedStatuses = [.. Statuses.Select(status => status + " expected")];

    private readonly SocketsHttpHandler handler;
    private readonly HttpMessageInvoker invoker;

    /// <param name="maxConnections">Connections per server.</param>
    public LoadTransport(int maxConnections = 256)
    {
        handler = Handler(maxConnections);
        invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Sends and reads the whole answer.</summary>
    /// <param name="expected">A status outside 2xx that is the right answer to a request that is wrong on purpose; null expects 2xx.</param>
    /// <param name="json">Whether a 2xx answer must begin like JSON: a proxy's page of HTML is no answer.</param>
    public async ValueTask<RequestOutcome> SendAsync(HttpRequestMessage request, HttpStatusCode? expected, bool json, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await invoker.SendAsync(request, cancellationToken);
            var (bytes, first) = await ReadAsync(response, cancellationToken);
            var status = (int)response.StatusCode;
            // HttpClient passes over a length that is no number, and then takes whatever comes as the whole answer.
            if (response.Content.Headers is { ContentLength: null } headers && headers.NonValidated.Contains("Content-Length"))
            {
                return new RequestOutcome(Succeeded: false, "invalid-response", bytes);
            }

            if (expected is not null)
            {
                return new RequestOutcome(response.StatusCode == expected, response.StatusCode == expected ? ExpectedStatuses[status] : Statuses[status], bytes);
            }

            return json && response.IsSuccessStatusCode && first is not ((byte)'{' or (byte)'[')
                ? new RequestOutcome(Succeeded: false, "not-json", bytes)
                : new RequestOutcome(response.IsSuccessStatusCode, Statuses[status], bytes);
        }
        catch (HttpRequestException exception)
        {
            return Failure(exception.InnerException is SocketException socket ? Kebab(socket.SocketErrorCode) : Kebab(exception.HttpRequestError));
        }
        catch (HttpIOException exception)
        {
            return Failure(Kebab(exception.HttpRequestError));
        }
        catch (IOException exception)
        {
            return Failure(exception.InnerException is SocketException socket ? Kebab(socket.SocketErrorCode) : "broken-connection");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure("connect-timeout");
        }
    }

    public void Dispose()
    {
        invoker.Dispose();
        handler.Dispose();
    }

    private static SocketsHttpHandler Handler(int maxConnections) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = maxConnections,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    private static async ValueTask<(long Bytes, byte First)> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            long bytes = 0;
            byte first = 0;
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken)) > 0; bytes += read)
            {
                first = bytes == 0 ? buffer[0] : first;
            }

            return (bytes, first);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RequestOutcome Failure(string kind) => new(Succeeded: false, kind, 0);

    /// <summary>«ConnectionRefused» → «connection-refused».</summary>
    private static string Kebab(Enum value) => string.Concat(
        value.ToString().Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));
}
