using System.Net;
using FreshTrack.Api;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FreshTrack.IntegrationTests.Api.Once;

public sealed class SilentRedisTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Redis_that_hangs_while_the_API_subscribes_ends_nothing()
    {
        await using var redis = new SilentRedis();
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database) with { Redis = redis.Address });
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        // The second attempt follows the failure of the first.
        for (var look = 0; redis.Unanswered < 2; look++)
        {
            Assert.True(look < 300, "The API did not ask again within 30 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        }

        var lifetime = api.Services.GetRequiredService<IHostApplicationLifetime>();
        Assert.False(lifetime.ApplicationStopping.IsCancellationRequested);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Status);
    }
}
