using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>A mail server on the loopback interface that keeps what it takes and misbehaves on demand.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> messages = new();
    private TcpListener? listener;
    private Task serving = Task.CompletedTask;
    private int attempts;

    public int Port { get; private set; }

    /// <summary>Messages that were handed over whole, whether or not the sender heard of it.</summary>
    public IReadOnlyList<string> Messages => [.. messages];

    /// <summary>Connections so far.</summary>
    public int Attempts => attempts;

    /// <summary>The answer to a command; null answers as a good server does,
    /// empty hangs up. «.» stands for the end of a message.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>Listens, on the port of before when it was stopped.</summary>
    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        serving = ServeAsync(listener);
    }

    public async Task StopAsync()
    {
        listener?.Dispose();
        await serving;
    }

    /// <summary>Forgets what came in, and is good again.</summary>
    public void Clear()
    {
        Answer = _ => null;
        messages.Clear();
        attempts = 0;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await StopAsync();
        stopping.Dispose();
    }

    private async Task ServeAsync(TcpListener accepting)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await accepting.AcceptTcpClientAsync(stopping.Token);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref attempts);
            _ = TalkAsync(client);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
                {
                    NewLine = "\r\n",
                    AutoFlush = true,
                };
                await writer.WriteLineAsync("220 mail.test");
                while (await reader.ReadLineAsync(stopping.Token) is { } command)
                {
                    var verb = command.Split(' ', ':')[0].ToUpperInvariant();
                    if (!await ReplyAsync(writer, verb, Good(verb)) || verb == "QUIT")
                    {
                        return;
                    }

                    if (verb == "DATA" && Answer("DATA") is null)
                    {
                        messages.Enqueue(await MessageAsync(reader));
                        if (!await ReplyAsync(writer, ".", "250 taken"))
                        {
                            return;
                        }
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The sender has gone, or the test is over.
            }
        }
    }

    private async Task<bool> ReplyAsync(StreamWriter writer, string verb, string good)
    {
        var answer = Answer(verb) ?? good;
        if (answer.Length == 0)
        {
            return false;
        }

        await writer.WriteLineAsync(answer);
        return true;
    }

    private static string Good(string verb) =>
        verb switch
        {
            "EHLO" => "250-mail.test\r\n250 SMTPUTF8",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };

    private async Task<string> MessageAsync(StreamReader reader)
    {
        var message = new StringBuilder();
        while (await reader.ReadLineAsync(stopping.Token) is { } line && line != ".")
        {
            message.AppendLine(line);
        }

        return message.ToString();
    }
}
