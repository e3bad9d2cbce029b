using System.Net;
using System.Net.Sockets;
using System.Text;
using FreshTrack.Api;
using Microsoft.AspNetCore.Builder;
using StackExchange.Redis;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>What a full queue, an old directory and a client that hangs up do to ingestion.</summary>
public sealed class IngestionLimitsTests(ApiStage stage, Servers servers) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string CountSql = "select count(*) from sensor_readings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_does_not_fit_into_the_queue_is_put_off_and_the_rest_is_stored()
    {
        const int webhooks = 40;
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var api = await StartAsync(stage.Options(stage.Database) with { QueueCapacity = 4 });
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        await using var blocking = await connection.BeginTransactionAsync(Cancel);
        await using (var locking = connection.CreateCommand())
        {
            locking.CommandText = "lock table sensor_readings in access exclusive mode";
            await locking.ExecuteNonQueryAsync(Cancel);
        }

        // Nothing is committed yet: the first answer is that of a webhook which was put off.
        var firstAnswer = new TaskCompletionSource();
        var sending = PostManyAsync(api.Urls.First(), place, webhooks, firstAnswer);
        await firstAnswer.Task;
        await blocking.RollbackAsync(Cancel);
        var answers = await sending;

        var putOff = answers.Where(answer => answer.Status == HttpStatusCode.ServiceUnavailable).ToList();
        Assert.NotEmpty(putOff);
        Assert.All(
            putOff,
            answer => Assert.Equal(("1", true), (answer.RetryAfter, answer.Body.Contains("OVERLOADED")))
        );
        Assert.All(answers.Except(putOff), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(answers.Length - putOff.Count, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Change_that_Redis_passes_on_is_seen_at_once()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(servers.Redis);
        var listeners = await ListenersAsync(redis);
        await using var api = await StartAsync(
            stage.Options(stage.Database) with
            {
                Redis = servers.Redis,
                LookAgainAfter = TimeSpan.FromHours(1),
            }
        );
        using var client = ClientOf(api);
        while (await ListenersAsync(redis) == listeners)
        {
            // It forgets what it knows once more when it has subscribed.
            await Task.Delay(50, Cancel);
        }

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, place, 1)).Status);
        await stage.Data.ValueAsync<int>(
            "with renamed as (update lora_sensors set dev_eui = 'FFFFFFFFFFFFFFFF', ttn_device_id = 'new') select 1",
            Cancel
        );
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, place, 2)).Status);

        do
        {
            await redis.GetSubscriber().PublishAsync(RedisChannel.Literal("freshtrack:directory"), "changed");
        } while (!(await PostAsync(client, place, 3)).Body.Contains("DEVICE_NOT_FOUND"));

        Assert.Contains("DEVICE_NOT_FOUND", (await PostAsync(client, place, 4)).Body);
        Assert.DoesNotContain(
            "reason",
            (await PostAsync(client, place with { DevEui = "ff-ff-ff-ff-ff-ff-ff-ff" }, 5)).Body
        );
    }

    private static async Task<long> ListenersAsync(ConnectionMultiplexer redis) =>
        (long)((RedisResult[])(await redis.GetDatabase().ExecuteAsync("PUBSUB", "NUMSUB", "freshtrack:directory"))!)[1];

    [Fact]
    public async Task Steady_webhooks_cost_less_than_one_statement_each()
    {
        const int webhooks = 400;
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var before = await BatchesAsync();

        await Task.WhenAll(
            Enumerable
                .Range(2, webhooks)
                .Select(counter => stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter), Cancel))
        );

        Assert.InRange(await BatchesAsync() - before, 1, webhooks / 3);
    }

    [Fact]
    public async Task Client_that_hangs_up_in_the_middle_leaves_nothing_behind()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", stage.Client.BaseAddress!.Port, Cancel);
            await client
                .GetStream()
                .WriteAsync(
                    Encoding.ASCII.GetBytes(
                        "POST /api/webhooks/ttn HTTP/1.1\r\nHost: x\r\nX-API-Key: "
                            + $"{place.Secret}\r\nContent-Type: application/json\r\nContent-Length: "
                            + "1000\r\n\r\n{\"uplink"
                    ),
                    Cancel
                );
        }

        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status
        );
        Assert.Equal(1, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Refused_secret_is_repeated_nowhere()
    {
        const string secret = "whsec-nobody-has-this";
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (_, body) = await stage.Client.SendAsync(secret, Given.AnUplink(place), Cancel);

        Assert.DoesNotContain(secret, body.ToJsonString());
        Assert.DoesNotContain(secret, await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel));
    }

    /// <summary>Batches that were committed so far, by the API's own count.</summary>
    private async Task<int> BatchesAsync()
    {
        var metrics = await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        var line = metrics.Split('\n').Single(text => text.StartsWith("freshtrack_reading_batch_size_count"));
        return int.Parse(line.Split(' ')[1]);
    }

    private static async Task<WebApplication> StartAsync(ApiOptions options)
    {
        var api = FreshTrackApi.Build(options);
        await api.StartAsync(Cancel);
        return api;
    }

    private static async Task<(HttpStatusCode Status, string? RetryAfter, string Body)[]> PostManyAsync(
        string address,
        Place place,
        int webhooks,
        TaskCompletionSource firstAnswer
    )
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        return await Task.WhenAll(
            Enumerable
                .Range(1, webhooks)
                .Select(async counter =>
                {
                    var answer = await PostAsync(client, place, counter);
                    firstAnswer.TrySetResult();
                    return answer;
                })
        );
    }

    private static HttpClient ClientOf(WebApplication api) => new() { BaseAddress = new Uri(api.Urls.First()) };

    private static async Task<(HttpStatusCode Status, string? RetryAfter, string Body)> PostAsync(
        HttpClient client,
        Place place,
        int counter
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/webhooks/ttn", UriKind.Relative))
        {
            Content = new StringContent(Given.AnUplink(place, counter), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-API-Key", place.Secret);
        using var response = await client.SendAsync(request, Cancel);
        return (
            response.StatusCode,
            response.Headers.RetryAfter?.ToString(),
            await response.Content.ReadAsStringAsync(Cancel)
        );
    }
}
