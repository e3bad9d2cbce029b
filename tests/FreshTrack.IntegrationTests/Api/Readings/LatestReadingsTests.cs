using System.Net;

namespace FreshTrack.IntegrationTests.Api;

public sealed class LatestReadingsTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Newest_reading_of_each_unit_is_shown_and_not_the_last_to_arrive()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var second = await stage.Data.ValueAsync<Guid>(
            "with u as (insert into units (area_id, name) "
                + $"values ('{place.Area}', 'Freezer') returning id) select id from u",
            Cancel
        );
        await stage.Data.ValueAsync<int>(
            "with r as (insert into sensor_readings (unit_id, temperature, recorded_at) "
                + $"values ('{second}', -20, '2025-11-03T00:00:00Z')) select 1",
            Cancel
        );
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: 1, temperature: 3.5m), Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: 30, temperature: 9m), Cancel);

        var (status, body) = await ReadAsync(place);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            new[] { $"{place.Unit} 3.50", $"{second} -20.00" }.Order(),
            body["data"]!
                .AsArray()
                .Select(reading => $"{reading!["unit_id"]} {reading["temperature"]!.ToJsonString()}")
                .Order()
        );
    }

    [Fact]
    public async Task Moved_unit_whose_last_reading_at_names_no_reading_shows_its_newest()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        await stage.Data.ValueAsync<int>(
            "with u as (update units set last_reading_at = '2026-01-14T23:59:30Z') select 1",
            Cancel
        );

        Assert.Single((await ReadAsync(place)).Body["data"]!.AsArray());
    }

    [Theory]
    [InlineData("units")]
    [InlineData("areas")]
    [InlineData("sites")]
    public async Task Deleted_place_shows_nothing(string table)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        await stage.Data.ValueAsync<int>($"with gone as (update {table} set deleted_at = now()) select 1", Cancel);

        var (status, body) = await ReadAsync(place);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(body["data"]!.AsArray());
    }

    private async Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> ReadAsync(Place place) =>
        await stage.Client.ReadAsync(
            $"/api/orgs/{place.Organization}/readings/latest",
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );
}
