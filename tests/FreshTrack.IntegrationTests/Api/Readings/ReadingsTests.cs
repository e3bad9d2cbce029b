using System.Net;

namespace FreshTrack.IntegrationTests.Api;

public sealed class ReadingsTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Stored_reading_is_visible_to_a_member_with_its_exact_numbers()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var stored = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, temperature: -18.4m), Cancel);

        var (status, body) = await stage.Client.ReadAsync(
            place.ReadingsPath,
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(HttpStatusCode.OK, status);
        var reading = Assert.Single(body["data"]!.AsArray())!;
        Assert.Equal(stored.Body["reading_id"]!.GetValue<string>(), reading["id"]!.GetValue<string>());
        Assert.Equal("-18.40", reading["temperature"]!.ToJsonString());
        Assert.Equal("2026-01-14T23:59:00.123456Z", reading["recorded_at"]!.GetValue<string>());
        Assert.Equal("""{"limit":100,"offset":0,"next_cursor":null}""", body["pagination"]!.ToJsonString());
    }

    [Fact]
    public async Task Readings_come_newest_first_within_start_end_limit_and_offset()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await Task.WhenAll(
            Enumerable
                .Range(1, 10)
                .Select(counter =>
                    stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter, temperature: counter), Cancel)
                )
        );

        var (_, body) = await stage.Client.ReadAsync(
            $"{place.ReadingsPath}?start=2026-01-14T23:51:00Z&end=2026-01-14T23:58:30Z&limit=3&offset=1",
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(
            [3m, 4m, 5m],
            body["data"]!.AsArray().Select(reading => reading!["temperature"]!.GetValue<decimal>())
        );
    }

    [Fact]
    public async Task Unit_of_another_organization_cannot_be_told_from_none()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var stranger = await stage.SignInAsync(other.Organization, Cancel);

        Assert.Equal(
            HttpStatusCode.NotFound,
            (await stage.Client.ReadAsync(place.ReadingsPath, stranger, Cancel)).Status
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (
                await stage.Client.ReadAsync(
                    (place with { Organization = other.Organization }).ReadingsPath,
                    stranger,
                    Cancel
                )
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await stage.Client.ReadAsync((other with { Unit = place.Unit }).ReadingsPath, stranger, Cancel)).Status
        );
        Assert.Equal(HttpStatusCode.OK, (await stage.Client.ReadAsync(other.ReadingsPath, stranger, Cancel)).Status);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await stage.Client.ReadAsync("/api/orgs/1/sites/2/areas/3/units/4/readings", stranger, Cancel)).Status
        );
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=ten")]
    [InlineData("offset=-1")]
    [InlineData("start=yesterday")]
    [InlineData("start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z")]
    [InlineData("start=0001-01-01T00:00:00Z")]
    [InlineData("end=9999-12-31T23:59:59Z")]
    [InlineData("start=2026-01-01T00:00:00Z'%3B%20drop%20table%20units%3B--")]
    [InlineData("cursor=")]
    [InlineData("cursor=AQ")]
    [InlineData("cursor=AP__________AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cursor=Af__________AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("cursor=%00%FF%F0%9F%98%80AAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("bucket=2m&start=2026-01-01T00:00:00Z")]
    [InlineData("bucket=1h")]
    [InlineData("bucket=1h&start=2026-01-01T00:00:00Z&limit=5")]
    [InlineData("bucket=5m&start=2020-01-01T00:00:00Z")]
    [InlineData("bucket=1d&start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z")]
    public async Task Parameter_that_cannot_be_used_is_refused(string query)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await stage.Client.ReadAsync(
                    $"{place.ReadingsPath}?{query}",
                    await stage.SignInAsync(place.Organization, Cancel),
                    Cancel
                )
            ).Status
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    public async Task Cursor_walks_every_reading_once_also_those_of_one_moment(int limit)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Data.ValueAsync<int>(
            $"""
            with r as (
              insert into sensor_readings (unit_id, temperature, recorded_at)
              select '{place.Unit}', i, '2026-01-14 12:00:00+00'::timestamptz + (i / 4) * interval '1 microsecond'
              from generate_series(1, 20) i)
            select 1
            """,
            Cancel
        );
        var token = await stage.SignInAsync(place.Organization, Cancel);
        var all = Ids((await stage.Client.ReadAsync(place.ReadingsPath, token, Cancel)).Body);

        var (walked, cursor) = (new List<string>(), "");
        for (var pages = 0; pages <= 20; pages++)
        {
            var (status, page) = await stage.Client.ReadAsync(
                $"{place.ReadingsPath}?limit={limit}{cursor}",
                token,
                Cancel
            );
            Assert.Equal(HttpStatusCode.OK, status);
            walked.AddRange(Ids(page));
            if (page["pagination"]!["next_cursor"] is not { } next)
            {
                break;
            }

            cursor = $"&cursor={next}";
            // What arrives meanwhile is newer: it moves no page.
            await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: pages + 1), Cancel);
        }

        Assert.Equal(20, all.Count);
        Assert.Equal(all, walked);
    }

    [Fact]
    public async Task Cursor_of_another_organization_s_reading_shows_nothing_of_it()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: 5), Cancel);
        await stage.Client.SendAsync(other.Secret, Given.AnUplink(other, counter: 1), Cancel);
        await stage.Client.SendAsync(other.Secret, Given.AnUplink(other, counter: 9), Cancel);
        var foreign = (
            await stage.Client.ReadAsync(
                $"{other.ReadingsPath}?limit=1",
                await stage.SignInAsync(other.Organization, Cancel),
                Cancel
            )
        ).Body["pagination"]!["next_cursor"];

        var (_, body) = await stage.Client.ReadAsync(
            $"{place.ReadingsPath}?cursor={foreign}",
            await stage.SignInAsync(place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(place.Unit.ToString(), Assert.Single(body["data"]!.AsArray())!["unit_id"]!.ToString());
    }

    private static List<string> Ids(System.Text.Json.Nodes.JsonNode page) =>
        [.. page["data"]!.AsArray().Select(reading => reading!["id"]!.ToString())];
}
