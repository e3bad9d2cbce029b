using System.Net;
using System.Net.Sockets;
using System.Text;
using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Alerts;

namespace FreshTrack.IntegrationTests.Api.Chaos;

/// <summary>A Redis that shakes hands and then answers nothing more.</summary>
public sealed class RedisTimeoutTests(ApiStage stage) : IClassFixture<ApiStage>, IDisposable
{
    private readonly TcpListener redis = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        await api.StartAsync(Cancel);
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        var stopping = api.Lifetime.ApplicationStopping;
        await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(4), Cancel), WhenAsync(stopping));

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

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        using var reader = new StreamReader(connection.GetStream());
        var stream = connection.GetStream();
        try
        {
            while (await ReadCommandAsync(reader) is { } command)
            {
                if (command[0] == "SUBSCRIBE")
                {
                    subscribed.TrySetResult();
                    continue;
                }

                var answer = command switch
                {
                    ["HELLO", ..] => "-ERR unknown command\r\n",
                    ["INFO", ..] => Bulk("redis_version:7.0.0\r\nrole:master\r\n"),
                    ["ECHO", var text] => Bulk(text),
                    ["PING"] => "+PONG\r\n",
                    ["PING", var text] => Bulk(text),
                    ["GET", ..] => "$-1\r\n",
                    ["CONFIG", ..] or ["CLUSTER", ..] or ["SENTINEL", ..] => "-ERR unknown\r\n",
                    _ => "+OK\r\n",
                };
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), Cancel);
            }
        }
        catch (IOException)
        {
            // Gone.
        }
    }

    private static string Bulk(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    private static async Task<string[]?> ReadCommandAsync(StreamReader reader)
    {
        if (await reader.ReadLineAsync(Cancel) is not ['*', ..] header)
        {
            return null;
        }

        var words = new string[int.Parse(header[1..])];
        for (var i = 0; i < words.Length; i++)
        {
            await reader.ReadLineAsync(Cancel);
            words[i] = (await reader.ReadLineAsync(Cancel))!;
        }

        words[0] = words[0].ToUpperInvariant();
        return words;
    }
}
