using System.Net;
using System.Net.Sockets;
using System.Text;
using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>A Redis that shakes hands and then answers nothing more.</summary>
public sealed class RedisTimeoutTests(ApiStage stage) : IClassFixture<ApiStage>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TcpListener redis = new(IPAddress.Loopback, 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_that_never_answers_a_subscription_stops_nothing()
    {
        redis.Start();
        var serving = ServeAsync();
        await using var api = FreshTrackApi.Build(
            stage.Options(stage.Database) with
            {
                Redis = $"127.0.0.1:{((IPEndPoint)redis.LocalEndpoint).Port},syncTimeout=300,asyncTimeout=300",
            }
        );
        using var given = new Said("RedisTimeoutException");
        api.Services.GetRequiredService<ILoggerFactory>().AddProvider(given);
        await api.StartAsync(Cancel);
        var stopping = api.Lifetime.ApplicationStopping;

        // Either the API gives the subscription up and says so, or it stops.
        await Task.WhenAny(given.Task, WhenAsync(stopping)).WaitAsync(Patience, Cancel);

        Assert.False(stopping.IsCancellationRequested, "The host stops.");
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        await stage.ReportAsync(place, 0, Cancel, temperature: 3m, client: client);
        await api.StopAsync(Cancel);
        redis.Stop();
        await serving;
    }

    public void Dispose() => redis.Dispose();

    private static Task WhenAsync(CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource();
        stopping.Register(stopped.SetResult);
        return stopped.Task;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await redis.AcceptTcpClientAsync(Cancel));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        // Every byte is one letter: the client has its own bytes echoed, which are no text.
        using var reader = new StreamReader(connection.GetStream(), Encoding.Latin1);
        var stream = connection.GetStream();
        try
        {
            while (await ReadCommandAsync(reader) is { } command)
            {
                if (command is ["SUBSCRIBE", "freshtrack:directory"])
                {
                    continue;
                }

                var answer = command switch
                {
                    ["HELLO", ..] => "-ERR unknown command\r\n",
                    ["INFO", ..] => Bulk("redis_version:7.0.0\r\nrole:master\r\n"),
                    ["ECHO", var text] => Bulk(text),
                    ["PING"] => "+PONG\r\n",
                    ["PING", var text] => Bulk(text),
                    // The client's own channels, without which it holds the connection for broken.
                    ["SUBSCRIBE", var channel] => $"*3\r\n{Bulk("subscribe")}{Bulk(channel)}:1\r\n",
                    ["GET", ..] => "$-1\r\n",
                    ["CONFIG", ..] or ["CLUSTER", ..] or ["SENTINEL", ..] => "-ERR unknown\r\n",
                    _ => "+OK\r\n",
                };
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), Cancel);
            }
        }
        catch (IOException)
        {
            // Gone.
        }
    }

    private static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";

    private static async Task<string[]?> ReadCommandAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(Cancel) is not ['*', ..] header)
        {
            return null;
        }

        var words = new string[int.Parse(header[1..])];
        for (var i = 0; i < words.Length; i++)
        {
            var length = int.Parse((await reader.ReadLineAsync(Cancel))![1..]);
            var word = new char[length + "\r\n".Length];
            await reader.ReadBlockAsync(word, Cancel);
            words[i] = new string(word[..length]);
        }

        words[0] = words[0].ToUpperInvariant();
        return words;
    }

    /// <summary>Waits for a log line with this text.</summary>
    private sealed class Said(string text) : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => said.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (formatter(state, exception).Contains(text))
            {
                said.TrySetResult();
            }
        }

        public void Dispose() { }
    }
}
