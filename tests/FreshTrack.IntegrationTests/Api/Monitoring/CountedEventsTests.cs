using System.Net;
using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Auth;

namespace FreshTrack.IntegrationTests.Api.Monitoring;

/// <summary>What happens is counted where monitors look for it, and is there as zero before.</summary>
public sealed class CountedEventsTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Access_tokens_are_counted_by_what_became_of_them()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);
        var before = await MetricsText.ReadAsync(stage.Client, Cancel);

        await stage.Client.ReadAsync(place.ReadingsPath, token, Cancel);
        await stage.Client.ReadAsync(place.ReadingsPath, "nonsense", Cancel);

        await GrowsAsync(
            before,
            "freshtrack_authentications_total{result=\"accepted\"}",
            "freshtrack_authentications_total{result=\"refused\"}"
        );
        // The keys were read for this token or for one before it.
        var after = await MetricsText.ReadAsync(stage.Client, Cancel);
        Assert.True(after["freshtrack_jwks_reads_total{result=\"read\"}"] > 0);
        Assert.True(after["freshtrack_jwks_keys"] > 0);
    }

    [Fact]
    public async Task Token_that_cannot_be_judged_without_Stack_Auth_is_counted()
    {
        await using var keys = await KeyServer.StartAsync(Cancel);
        keys.Broken = (503, "");
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database) with { StackAuthUrl = keys.Address });
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);
        var before = await MetricsText.ReadAsync(client, Cancel);

        var (status, _) = await client.ReadAsync(place.ReadingsPath, token, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        await GrowsAsync(
            before,
            "freshtrack_authentications_total{result=\"unavailable\"}",
            "freshtrack_jwks_reads_total{result=\"failed\"}"
        );
    }

    [Fact]
    public async Task First_visit_of_a_user_is_counted()
    {
        var (_, token) = await ApiStage.TokenAsync(stage.StackAuth, Cancel);
        var before = await MetricsText.ReadAsync(stage.Client, Cancel);

        await stage.Client.ReadAsync("/api/orgs", token, Cancel);

        await GrowsAsync(before, "freshtrack_new_users_total{outcome=\"made\"}");
    }

    [Fact]
    public async Task Reading_leaves_the_queue_and_its_commit_is_timed()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var before = await MetricsText.ReadAsync(stage.Client, Cancel);

        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);

        await GrowsAsync(before, "freshtrack_readings_stored_total", "freshtrack_reading_commit_seconds_count");
        Assert.True((await MetricsText.ReadAsync(stage.Client, Cancel))["freshtrack_reading_queue_capacity"] > 0);
    }

    [Fact]
    public async Task What_the_API_depends_on_is_told_as_health_found_it()
    {
        await stage.Client.ReadAsync("/health", token: null, Cancel);

        Assert.Contains(
            "freshtrack_dependency_up{dependency=\"database\"}",
            (await MetricsText.ReadAsync(stage.Client, Cancel)).Text
        );
    }

    [Theory]
    [InlineData("freshtrack_notification_attempts_total{channel=\"sms\",outcome=\"abandoned\"}")]
    [InlineData("freshtrack_alerts_reached_nobody_total")]
    [InlineData("freshtrack_readings_not_written_total")]
    [InlineData("freshtrack_maintenance")]
    public async Task Metric_is_there_before_anything_happened(string series) =>
        Assert.True((await MetricsText.ReadAsync(stage.Client, Cancel))[series] >= 0);

    private async Task GrowsAsync(MetricsText before, params string[] series)
    {
        var after = await MetricsText.ReadAsync(stage.Client, Cancel);
        Assert.All(series, one => Assert.True(after[one] > before[one], $"{one} stayed at {before[one]}."));
    }
}
