using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>A TCP proxy on 127.0.0.1 that resets connections:
/// after so many bytes, or as soon as they are made.</summary>
internal sealed class FaultyWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = new();
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly (string Host, int Port) server;
    private readonly Task accepting;
    private long interval;
    private long left;
    private int cutsLeft;
    private int refusals;

    public FaultyWire(string host, int port)
    {
        server = (host, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Faults that have not happened yet.</summary>
    public int Left => Volatile.Read(ref cutsLeft) + Volatile.Read(ref refusals);

    /// <summary>Resets the connection that carries every so-many-th byte, so many times.</summary>
    public void CutEvery(long bytes, int times)
    {
        lock (gate)
        {
            (interval, left, cutsLeft) = (bytes, bytes, times);
        }
    }

    /// <summary>Resets what is open and the next so many connections:
    /// to the other side, a server that is down.</summary>
    public void Refuse(int connections)
    {
        Volatile.Write(ref refusals, connections);
        foreach (var client in open.Keys)
        {
            Reset(client);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        foreach (var client in open.Keys)
        {
            Reset(client);
        }

        await accepting;
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                if (Interlocked.Decrement(ref refusals) >= 0)
                {
                    Reset(client);
                    continue;
                }

                Interlocked.Increment(ref refusals);
                _ = CarryAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var other = new TcpClient();
        open[client] = true;
        if (Volatile.Read(ref refusals) > 0)
        {
            // It was taken just before the server went down.
            Reset(client);
        }

        try
        {
            await other.ConnectAsync(server.Host, server.Port, end.Token);
            await Task.WhenAny(CopyAsync(client, other), CopyAsync(other, client));
        }
        catch (Exception error)
            when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever waits on the other side sees it by the reset.
        }
        finally
        {
            open.TryRemove(client, out _);
            Reset(client);
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, end.Token)) > 0 && !IsCut(read))
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), end.Token);
            }
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection ends with either of its directions.
        }
    }

    private bool IsCut(int bytes)
    {
        lock (gate)
        {
            left -= bytes;
            if (cutsLeft == 0 || left > 0)
            {
                return false;
            }

            cutsLeft--;
            left = interval;
            return true;
        }
    }

    /// <summary>Ends it without a farewell, as a lost route or a killed process does.</summary>
    private static void Reset(TcpClient client)
    {
        try
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or NullReferenceException)
        {
            // It is closed already.
        }

        client.Dispose();
    }
}
