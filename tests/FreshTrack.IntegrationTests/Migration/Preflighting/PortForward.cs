using System.Net;
using System.Net.Sockets;

namespace FreshTrack.IntegrationTests.Migration.Preflighting;

/// <summary>Lets a server answer at another port, as a pooler would.</summary>
internal sealed class PortForward : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TcpListener listener;
    private readonly Task accepting;

    public PortForward(IPEndPoint here, string host, int port)
    {
        listener = new TcpListener(here);
        listener.Start();
        accepting = AcceptAsync(host, port);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync(string host, int port)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(PassAsync(await listener.AcceptTcpClientAsync(stop.Token), host, port));
            }
        }
        finally
        {
            await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(TcpClient client, string host, int port)
    {
        using var from = client;
        using var to = new TcpClient();
        await to.ConnectAsync(host, port, stop.Token);
        await Task.WhenAny(
            from.GetStream().CopyToAsync(to.GetStream(), stop.Token),
            to.GetStream().CopyToAsync(from.GetStream(), stop.Token)
        );
    }
}
