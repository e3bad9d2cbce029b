using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api;

public sealed class RateLimitTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const int Flood = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Webhook_secret_that_floods_is_slowed_down_and_no_other_on_the_same_address()
    {
        var (loud, quiet) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database) with { IngestRequestsPerSecond = 1 });
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        var flood = await Task.WhenAll(
            Enumerable
                .Range(1, Flood)
                .Select(counter => client.SendAsync(loud.Secret, Given.AnUplink(loud, counter), Cancel))
        );
        var other = await client.SendAsync(quiet.Secret, Given.AnUplink(quiet), Cancel);

        Assert.Contains(flood, answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(
            flood.Count(answer => answer.Status == HttpStatusCode.OK) + 1,
            await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel)
        );
    }

    [Fact]
    public async Task User_who_floods_is_told_when_to_come_back_and_no_other_is()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var (loud, quiet) = (
            await stage.SignInAsync(place.Organization, Cancel),
            await stage.SignInAsync(place.Organization, Cancel)
        );
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database) with { UserRequestsPerSecond = 1 });
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        var flood = await Task.WhenAll(Enumerable.Range(0, Flood).Select(_ => GetAsync(client, place, loud)));

        var (_, retryAfter, body) = flood.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("RATE_LIMITED", body["error"]!["code"]!.ToString());
        Assert.True(int.Parse(retryAfter!) >= 1);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, place, quiet)).Status);
    }

    private static async Task<(HttpStatusCode Status, string? RetryAfter, JsonNode Body)> GetAsync(
        HttpClient client,
        Place place,
        string token
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(place.ReadingsPath, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await client.SendAsync(request, Cancel);
        return (
            response.StatusCode,
            response.Headers.RetryAfter?.ToString(),
            JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!
        );
    }
}
