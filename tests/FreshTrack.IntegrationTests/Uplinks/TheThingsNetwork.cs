using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>The Things Stack as far as an operator has it: sensors that send all the time, one webhook that can be
/// paused and pointed elsewhere, one attempt for each uplink, and a storage of what was sent.</summary>
/// <param name="http">Reaches the webhook; ended with the network.</param>
internal sealed class TheThingsNetwork(HttpClient http) : IAsyncDisposable
{
    public const string OldSide = "old";
    public const string NewSide = "new";

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    // A webhook has 5 s.
    private readonly HttpClient http = Limited(http, TimeSpan.FromSeconds(5));
    private readonly CancellationTokenSource stop = new();
    private readonly List<SentUplink> storage = [];
    private readonly Lock gate = new();
    private readonly List<Task> sensors = [];
    private volatile Webhook? webhook;

    /// <summary>In the order of their sending.</summary>
    public IReadOnlyList<SentUplink> Storage
    {
        get
        {
            lock (gate)
            {
                return [.. storage];
            }
        }
    }

    /// <summary>A webhook accepted an uplink and stored no reading.</summary>
    public List<string> Odd { get; } = [];

    public void PointAt(Uri address, string side) => webhook = new Webhook(address, side);

    /// <summary>Nothing is forwarded, and nothing queued.</summary>
    public void Pause() => webhook = null;

    public void Start(IEnumerable<NetworkSensor> all) => sensors.AddRange(all.Select(SendAsync));

    /// <summary>The sensors fall silent, and every uplink is answered.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(sensors);
    }

    /// <summary>Posts what nobody took from the storage to the webhook, as an operator does after a gap.</summary>
    public Task RedeliverAsync() =>
        Task.WhenAll(
            Storage
                .Where(uplink => uplink is { TakenBy: null, IsAnswered: true })
                .GroupBy(uplink => uplink.Sensor.Id)
                .Select(async uplinks =>
                {
                    foreach (var uplink in uplinks)
                    {
                        await DeliverAsync(uplink);
                    }
                })
        );

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        http.Dispose();
    }

    private async Task SendAsync(NetworkSensor sensor)
    {
        for (var counter = 0L; !stop.IsCancellationRequested; counter++)
        {
            var uplink = new SentUplink(sensor, counter, TimeProvider.System.GetUtcNow().UtcDateTime)
            {
                IsAnswered = false,
            };
            lock (gate)
            {
                storage.Add(uplink);
            }

            await DeliverAsync(uplink);
            try
            {
                // No two at once, however late this is: a timer would catch up, and an account tell them apart no more.
                await Task.Delay(Period, TimeProvider.System, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Any 2xx is a delivery; whatever else it is, the network does not try again.</summary>
    private async Task DeliverAsync(SentUplink uplink)
    {
        uplink.IsAnswered = false;
        if (webhook is { } to)
        {
            try
            {
                await PostAsync(uplink, to);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                uplink.Refuse($"{e.Message} {e.InnerException?.Message}".TrimEnd());
            }
        }

        uplink.IsAnswered = true;
    }

    private async Task PostAsync(SentUplink uplink, Webhook to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, to.Address)
        {
            Content = JsonContent.Create(uplink.Sensor.Message(uplink.FrameCounter, uplink.ReceivedAt, uplink.Celsius)),
        };
        request.Headers.Add("X-Webhook-Secret", uplink.Sensor.Secret);
        using var response = await http.SendAsync(request, CancellationToken.None);
        var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
        if (!response.IsSuccessStatusCode)
        {
            uplink.Refuse($"{(int)response.StatusCode}: {text}");
            return;
        }

        uplink.TakenBy = to.Side;
        var body = JsonNode.Parse(text)!;
        if (body["reading_id"] is null || body["reason"] is not null)
        {
            lock (gate)
            {
                Odd.Add($"{to.Side}: {(int)response.StatusCode} {text}");
            }
        }
    }

    private static HttpClient Limited(HttpClient client, TimeSpan timeout)
    {
        client.Timeout = timeout;
        return client;
    }

    private sealed record Webhook(Uri Address, string Side);
}
