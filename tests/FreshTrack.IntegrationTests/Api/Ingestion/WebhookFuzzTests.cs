using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Fixtures.Uplinks;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>Damaged webhooks against the running API:
/// a sample of the hundred thousand, or all of them in full depth.</summary>
public sealed class WebhookFuzzTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const int Seed = 20260115;
    private const int AtOnce = 32;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Webhooks =>
        Environment.GetEnvironmentVariable("FRESHTRACK_TEST_DEPTH") == "full" ? 100_000 : 4_000;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task No_damaged_webhook_is_an_error_of_ours_and_only_answered_ids_are_stored()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var mutator = new UplinkMutator([.. UplinkSamples.All.Values.Select(sample => Of(place, sample))], Seed);
        var stored = new HashSet<Guid>();
        var acknowledged = 0;
        var statuses = new SortedDictionary<HttpStatusCode, int>();

        await Parallel.ForAsync(
            0,
            Webhooks,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancel },
            async (number, cancellationToken) =>
            {
                var (status, body) = await SendAsync(place, mutator.Uplink(number), cancellationToken);
                lock (statuses)
                {
                    statuses[status] = statuses.GetValueOrDefault(status) + 1;
                    if (status == HttpStatusCode.OK && body["reading_id"] is { } id)
                    {
                        stored.Add(id.GetValue<Guid>());
                        acknowledged++;
                    }
                    else
                    {
                        Assert.True(
                            status == HttpStatusCode.OK || body["error"]!["message"]!.GetValue<string>().Length > 0
                        );
                    }
                }
            }
        );

        Assert.Subset(
            new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.BadRequest },
            statuses.Keys.ToHashSet()
        );
        // Damage that hits everything, or nothing, would test little.
        Assert.InRange(acknowledged, Webhooks / 5, Webhooks * 4 / 5);
        Assert.InRange(statuses[HttpStatusCode.BadRequest], Webhooks / 20, Webhooks * 4 / 5);
        Assert.Equal(stored.Count, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    /// <summary>The sample as if the place's sensor had sent it.</summary>
    private static byte[] Of(Place place, byte[] sample)
    {
        var uplink = JsonNode.Parse(sample)!;
        uplink["end_device_ids"]!["dev_eui"] = place.DevEui;
        uplink["end_device_ids"]!["device_id"] = place.DeviceId;
        return Encoding.UTF8.GetBytes(uplink.ToJsonString());
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        Place place,
        byte[] body,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/webhooks/ttn", UriKind.Relative))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("X-API-Key", place.Secret);
        using var response = await stage.Client.SendAsync(request, cancellationToken);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!);
    }
}
