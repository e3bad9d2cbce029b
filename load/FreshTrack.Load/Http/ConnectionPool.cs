using System.Collections.Concurrent;

namespace FreshTrack.Load.Http;

/// <summary>The connections to one server; who finds all of them busy waits for the next that is given back.</summary>
internal sealed class ConnectionPool(Uri server, int most) : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentStack<HttpConnection> idle = new();
    private readonly SemaphoreSlim free = new(most, most);

    /// <summary>The one used last, while the server keeps it open; otherwise a new one.</summary>
    /// <exception cref="TimeoutException">The server did not answer to the connection.</exception>
    public async ValueTask<HttpConnection> RentAsync(CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            while (idle.TryPop(out var connection))
            {
                if (connection.IsOpen)
                {
                    return connection;
                }

                connection.Dispose();
            }

            return await OpenAsync(cancellationToken);
        }
        catch
        {
            free.Release();
            throw;
        }
    }

    /// <param name="reusable">Whether its last answer was whole and left it open.</param>
    public void Return(HttpConnection connection, bool reusable)
    {
        if (reusable)
        {
            idle.Push(connection);
        }
        else
        {
            connection.Dispose();
        }

        free.Release();
    }

    public void Dispose()
    {
        while (idle.TryPop(out var connection))
        {
            connection.Dispose();
        }

        free.Dispose();
    }

    private async ValueTask<HttpConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(ConnectTimeout);
        try
        {
            return await HttpConnection.OpenAsync(server, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"No connection to {server.Authority} within {ConnectTimeout.TotalSeconds:0} s.",
                e
            );
        }
    }
}
