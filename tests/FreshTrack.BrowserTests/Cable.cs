using System.Net;
using System.Net.Sockets;

namespace FreshTrack.BrowserTests;

/// <summary>What lies between a page and its server, to be cut as when a server is killed, and mended as when another
/// takes its place.</summary>
public sealed class Cable : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly List<TcpClient> ends = [];
    private readonly Uri server;
    private readonly Task accepting;
    private bool cut;

    public Cable(Uri server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>As a browser's proxy.</summary>
    public string Address => $"http://{listener.LocalEndpoint}";

    /// <summary>Breaks every connection off, and every new one.</summary>
    public void Cut()
    {
        lock (gate)
        {
            cut = true;
            ends.ForEach(client => client.Dispose());
            ends.Clear();
        }
    }

    public void Mend()
    {
        lock (gate)
        {
            cut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        Cut();
        await accepting;
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var joined = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                joined.Add(JoinAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            Cut();
        }

        await Task.WhenAll(joined);
    }

    private async Task JoinAsync(TcpClient page)
    {
        var other = new TcpClient();
        lock (gate)
        {
            ends.AddRange([page, other]);
            if (cut)
            {
                page.Dispose();
                other.Dispose();
                return;
            }
        }

        try
        {
            await other.ConnectAsync(IPAddress.Loopback, server.Port, end.Token);
            await Task.WhenAny(
                page.GetStream().CopyToAsync(other.GetStream(), end.Token),
                other.GetStream().CopyToAsync(page.GetStream(), end.Token)
            );
        }
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or InvalidOperationException
            )
        {
            // It was cut while it was joined.
        }
        finally
        {
            page.Dispose();
            other.Dispose();
        }
    }
}
