using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>A Redis that lets a client in and never answers the API's SUBSCRIBE: what a client sees of one that
/// hangs.</summary>
internal sealed class SilentRedis : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Task serving;

    public SilentRedis()
    {
        listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        serving = ServeAsync(end.Token);
    }

    public string Address { get; }

    /// <summary>SUBSCRIBE commands that got no answer.</summary>
    public int Unanswered => unanswered;

    private int unanswered;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(cancellationToken);
            _ = AnswerAsync(client, cancellationToken);
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var connection = client;
        using var reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
        while (await ReadCommandAsync(reader, cancellationToken) is [var name, ..] command)
        {
            if (Answer(name.ToUpperInvariant(), command) is { } answer)
            {
                await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
            }
            else
            {
                Interlocked.Increment(ref unanswered);
            }
        }
    }

    private static string? Answer(string name, List<string> command) =>
        name switch
        {
            "SUBSCRIBE" when command[1] == "freshtrack:directory" => null,
            // The client's own channel.
            "SUBSCRIBE" => $"*3\r\n$9\r\nsubscribe\r\n${command[1].Length}\r\n{command[1]}\r\n:1\r\n",
            "PING" => "+PONG\r\n",
            "ECHO" => $"${Encoding.UTF8.GetByteCount(command[1])}\r\n{command[1]}\r\n",
            "INFO" => "$43\r\nredis_version:7.2.0\r\nrole:master\r\nloading:0\r\n",
            "HELLO" => "-ERR unknown command 'HELLO'\r\n",
            "GET" => "$-1\r\n",
            "CONFIG" or "CLUSTER" or "SENTINEL" => "-ERR not supported\r\n",
            _ => "+OK\r\n",
        };

    private static async Task<List<string>?> ReadCommandAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        if (await reader.ReadLineAsync(cancellationToken) is not ['*', .. var count])
        {
            return null;
        }

        var command = new List<string>();
        for (var i = 0; i < int.Parse(count, null); i++)
        {
            await reader.ReadLineAsync(cancellationToken);
            command.Add(await reader.ReadLineAsync(cancellationToken) ?? "");
        }

        return command;
    }
}
