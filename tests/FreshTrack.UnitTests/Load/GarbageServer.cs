using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FreshTrack.UnitTests.Load;

/// <summary>Answers every connection on 127.0.0.1 with the same bytes and closes it.</summary>
internal sealed class GarbageServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly byte[] answer;
    private readonly Task serving;

    public GarbageServer(string answer)
    {
        this.answer = Encoding.ASCII.GetBytes(answer);
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await serving;
        listener.Dispose();
        over.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync(over.Token);
                await socket.ReceiveAsync(buffer, over.Token);
                await socket.SendAsync(answer, over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
