using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using FreshTrack.Load.Http;

namespace FreshTrack.Load;

/// <summary>The one pool of connections that all scenarios of a run share:
/// HTTP/1.1, no proxy, no redirects, no cookies.</summary>
/// <remarks>
/// <para>Webhooks and dashboards come through proxies with bounded pools; a request that waits for a connection waits
/// on its latency's clock. Anything a
/// target does wrong becomes an outcome; only the token's own cancellation is thrown.</para>
/// <para>The generator shares its machine with what it measures. HttpClient needs more of it for a request and gives up
/// at two thirds of the rate, which is why it is not used here.</para>
/// </remarks>
/// <param name="maxConnections">Connections per server.</param>
public sealed class LoadTransport(int maxConnections = 256) : IDisposable
{
    private static readonly string[] Statuses = [.. Enumerable.Range(0, 1000).Select(status => status.ToString("000"))];
    private static readonly string[] ExpectedStatuses = [.. Statuses.Select(status => status + " expected")];

    /// <summary>How a webhook is answered that stored nothing: its status is 200, so that The Things Stack goes on
    /// sending.</summary>
    private static ReadOnlySpan<byte> NoReading => "{\"reading_id\":null"u8;

    private readonly ConcurrentDictionary<(string Scheme, string Host, int Port), ConnectionPool> pools = new();

    /// <summary>Sends and reads the whole answer.</summary>
    /// <param name="expected">A status outside 2xx that is the right answer
    /// to a request that is wrong on purpose; null expects 2xx.</param>
    /// <param name="json">Whether a 2xx answer must begin like JSON: a proxy's page of HTML is no answer.</param>
    public async ValueTask<RequestOutcome> SendAsync(
        HttpRequestMessage request,
        HttpStatusCode? expected,
        bool json,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var pool = Pool(request.RequestUri!);
            var connection = await pool.RentAsync(cancellationToken);
            var reusable = false;
            try
            {
                connection.Request.Write(request, cancellationToken);
                await connection.ExchangeAsync(cancellationToken);
                reusable = connection.Answer.KeepAlive;
                return Judge(connection.Answer, expected, json);
            }
            finally
            {
                pool.Return(connection, reusable);
            }
        }
        catch (Exception e) when (Kind(e) is { } kind)
        {
            return new RequestOutcome(Succeeded: false, kind, 0);
        }
    }

    public void Dispose()
    {
        foreach (var pool in pools.Values)
        {
            pool.Dispose();
        }
    }

    private ConnectionPool Pool(Uri address) =>
        pools.GetOrAdd(
            (address.Scheme, address.Host, address.Port),
            static (_, its) => new ConnectionPool(its.address, its.maxConnections),
            (address, maxConnections)
        );

    private static RequestOutcome Judge(ResponseReader answer, HttpStatusCode? expected, bool json)
    {
        var status = answer.Status;
        if (expected is not null)
        {
            return status == (int)expected
                ? new RequestOutcome(Succeeded: true, ExpectedStatuses[status], answer.Bytes)
                : new RequestOutcome(Succeeded: false, Statuses[status], answer.Bytes);
        }

        var succeeded = status is >= 200 and < 300;
        return succeeded && answer.Start.SequenceEqual(NoReading)
                ? new RequestOutcome(Succeeded: false, "no-reading", answer.Bytes)
            : json && succeeded && answer.First is not ((byte)'{' or (byte)'[')
                ? new RequestOutcome(Succeeded: false, "not-json", answer.Bytes)
            : new RequestOutcome(succeeded, Statuses[status], answer.Bytes);
    }

    /// <summary>What the target did; null for what is not its doing.</summary>
    private static string? Kind(Exception exception) =>
        exception switch
        {
            SocketException socket => Kebab(socket.SocketErrorCode),
            IOException { InnerException: SocketException socket } => Kebab(socket.SocketErrorCode),
            EndOfStreamException => "response-ended",
            IOException => "broken-connection",
            AuthenticationException => "secure-connection-error",
            FormatException => "invalid-response",
            TimeoutException => "connect-timeout",
            _ => null,
        };

    /// <summary>«ConnectionRefused» → «connection-refused».</summary>
    private static string Kebab(Enum value) =>
        string.Concat(
            value
                .ToString()
                .Select(
                    (letter, i) =>
                        char.IsUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()
                )
        );
}
