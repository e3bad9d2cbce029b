using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api.Alerts;

public sealed class AlertEndpointTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Alerts_come_newest_first_in_pages_that_together_are_all_of_them()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        // Three of each moment: a page ends between equals.
        await InsertAsync(
            place,
            "select 'low_battery'::alert_type, 'warning'::alert_severity, 'resolved'::alert_status, "
                + "'2026-01-10Z'::timestamptz + (i / 3) * interval '1 minute' from generate_series(0, 24) i"
        );
        var token = await stage.SignInAsAsync("viewer", place.Organization, Cancel);

        var (seen, cursor) = (new List<(string At, string Id)>(), "");
        do
        {
            var (status, page) = await stage.Client.ReadAsync($"{Path(place)}?limit=7{cursor}", token, Cancel);
            Assert.Equal(HttpStatusCode.OK, status);
            seen.AddRange(
                page["data"]!
                    .AsArray()
                    .Select(alert => (alert!["triggered_at"]!.GetValue<string>(), alert["id"]!.GetValue<string>()))
            );
            cursor = page["pagination"]!["next_cursor"] is { } next ? $"&cursor={next}" : "";
        } while (cursor.Length > 0);

        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(
            seen.OrderByDescending(alert => alert.At).Select(alert => alert.At),
            seen.Select(alert => alert.At)
        );
    }

    [Theory]
    [InlineData("", 6)]
    [InlineData("?status=active", 1)]
    [InlineData("?status=active,escalated", 2)]
    [InlineData("?severity=critical", 1)]
    [InlineData("?type=low_battery,door_open", 3)]
    [InlineData("?type=low_battery&status=resolved", 1)]
    [InlineData("?since=2026-01-03T00:00:00Z", 4)]
    [InlineData("?until=2026-01-03T00:00:00Z", 3)]
    [InlineData("?unit=00000000-0000-0000-0000-000000000001", 0)]
    public async Task Filters_let_through_what_they_name(string query, int expected)
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await InsertAsync(
            place,
            """
            values
              ('low_battery'::alert_type, 'warning'::alert_severity,
                'active'::alert_status, '2026-01-01Z'::timestamptz),
              ('low_battery', 'info', 'resolved', '2026-01-02Z'),
              ('door_open', 'warning', 'escalated', '2026-01-03Z'),
              ('temp_excursion', 'critical', 'resolved', '2026-01-04Z'),
              ('sensor_fault', 'info', 'resolved', '2026-01-05Z'),
              ('calibration_due', 'info', 'acknowledged', '2026-01-06Z')
            """
        );

        var (_, body) = await stage.Client.ReadAsync(
            Path(place) + query,
            await stage.SignInAsAsync("inspector", place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(expected, body["data"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("status=open", "status must be one or more of active, acknowledged, resolved, escalated")]
    [InlineData("type=", "type must be one or more of")]
    [InlineData("unit=7", "unit must be a UUID")]
    [InlineData("since=yesterday", "since must be an ISO 8601 time")]
    [InlineData("since=2026-01-02Z&until=2026-01-01Z", "since lies after until")]
    [InlineData("limit=501", "limit must be a whole number from 1 to 500")]
    [InlineData("cursor=1;drop", "cursor must be the next_cursor of a page")]
    public async Task Parameter_that_cannot_be_used_is_named(string query, string message)
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);

        var (status, body) = await stage.Client.ReadAsync(
            $"{Path(place)}?{query}",
            await stage.SignInAsAsync("owner", place.Organization, Cancel),
            Cancel
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, body["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("admin")]
    [InlineData("manager")]
    [InlineData("staff")]
    public async Task Alert_is_acknowledged_and_resolved_with_who_and_when_and_repeating_it_changes_nothing(string role)
    {
        var (place, alert) = await GivenAnAlertAsync();
        var (token, colleague) = (
            await stage.SignInAsAsync(role, place.Organization, Cancel),
            await stage.SignInAsAsync("owner", place.Organization, Cancel)
        );

        var acknowledged = await stage.Client.PostAsync(
            $"{Path(place)}/{alert}/acknowledge",
            token,
            Cancel,
            new JsonObject { ["notes"] = "on my way" }
        );
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        var again = await stage.Client.PostAsync($"{Path(place)}/{alert}/acknowledge", colleague, Cancel);

        Assert.Equal(
            (HttpStatusCode.OK, "acknowledged", "on my way"),
            (
                acknowledged.Status,
                acknowledged.Body["status"]!.ToString(),
                acknowledged.Body["acknowledgment_notes"]!.ToString()
            )
        );
        Assert.NotNull(acknowledged.Body["acknowledged_at"]);
        Assert.Equal((HttpStatusCode.OK, acknowledged.Body.ToJsonString()), (again.Status, again.Body.ToJsonString()));

        var resolved = await stage.Client.PostAsync($"{Path(place)}/{alert}/resolve", token, Cancel);
        var twice = await stage.Client.PostAsync($"{Path(place)}/{alert}/resolve", colleague, Cancel);
        var tooLate = await stage.Client.PostAsync($"{Path(place)}/{alert}/acknowledge", token, Cancel);

        Assert.Equal(
            (HttpStatusCode.OK, "resolved", "manual"),
            (resolved.Status, resolved.Body["status"]!.ToString(), resolved.Body["resolution_type"]!.ToString())
        );
        Assert.Equal(acknowledged.Body["acknowledged_by"]!.ToString(), resolved.Body["resolved_by"]!.ToString());
        Assert.Equal((HttpStatusCode.OK, resolved.Body.ToJsonString()), (twice.Status, twice.Body.ToJsonString()));
        Assert.Equal(
            (HttpStatusCode.Conflict, "CONFLICT"),
            (tooLate.Status, tooLate.Body["error"]!["code"]!.ToString())
        );
        Assert.Equal(
            "alert.acknowledged user on my way, alert.resolved user ",
            await stage.Data.TextAsync(
                "select string_agg(concat(event_type, ' ', actor_type, ' ', payload ->> 'notes'), ', ' "
                    + "order by recorded_at) from event_logs where actor_id is not null",
                Cancel
            )
        );
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("inspector")]
    public async Task Viewers_and_inspectors_may_see_alerts_but_not_change_them(string role)
    {
        var (place, alert) = await GivenAnAlertAsync();
        var token = await stage.SignInAsAsync(role, place.Organization, Cancel);

        foreach (var change in new[] { "acknowledge", "resolve" })
        {
            var (status, body) = await stage.Client.PostAsync($"{Path(place)}/{alert}/{change}", token, Cancel);
            Assert.Equal((HttpStatusCode.Forbidden, "FORBIDDEN"), (status, body["error"]!["code"]!.ToString()));
        }

        Assert.Single((await stage.Client.ReadAsync(Path(place), token, Cancel)).Body["data"]!.AsArray());
        Assert.Equal("active", await stage.Data.TextAsync("select status::text from alerts", Cancel));
    }

    [Fact]
    public async Task Another_organization_s_alerts_are_neither_seen_nor_changed()
    {
        var (place, alert) = await GivenAnAlertAsync();
        var other = await stage.GivenAPatientUnitAsync(Cancel);
        var stranger = await stage.SignInAsAsync("owner", other.Organization, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, (await stage.Client.ReadAsync(Path(place), stranger, Cancel)).Status);
        Assert.Empty(
            (await stage.Client.ReadAsync($"{Path(other)}?unit={place.Unit}", stranger, Cancel)).Body["data"]!.AsArray()
        );
        foreach (var path in new[] { Path(place), Path(other) })
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await stage.Client.PostAsync($"{path}/{alert}/acknowledge", stranger, Cancel)).Status
            );
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await stage.Client.PostAsync($"{path}/{alert}/resolve", stranger, Cancel)).Status
            );
        }

        Assert.Equal("active", await stage.Data.TextAsync("select status::text from alerts", Cancel));
        Assert.Equal(
            0,
            await stage.Data.ValueAsync<long>("select count(*) from event_logs where actor_id is not null", Cancel)
        );
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""{"notes":7}""")]
    [InlineData("""{"notes":"a\u0000b"}""")]
    [InlineData("""{"notes":"\ud800"}""")]
    public async Task Body_that_cannot_be_used_is_refused(string body)
    {
        var (place, alert) = await GivenAnAlertAsync();
        var token = await stage.SignInAsAsync("owner", place.Organization, Cancel);
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri($"{Path(place)}/{alert}/acknowledge", UriKind.Relative)
        )
        {
            Content = new StringContent(body),
        };
        request.Headers.Authorization = new("Bearer", token);

        using var response = await stage.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("active", await stage.Data.TextAsync("select status::text from alerts", Cancel));
    }

    [Fact]
    public async Task Excursion_resolved_by_hand_is_raised_again_only_after_the_rule_s_delay()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        var token = await stage.SignInAsAsync("staff", place.Organization, Cancel);
        await ReportAsync(place, -20);
        await ReportAsync(place, -5);
        var alert = await stage.Data.TextAsync("select id from alerts", Cancel);

        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.PostAsync($"{Path(place)}/{alert}/resolve", token, Cancel)).Status
        );
        stage.Clock.Advance(TimeSpan.FromMinutes(12));
        await ReportAsync(place, -3);
        Assert.Equal(
            1,
            await stage.Data.ValueAsync<long>("select count(*) from alerts where alert_type = 'temp_excursion'", Cancel)
        );
        await ReportAsync(place, -1);
        Assert.Equal(
            2,
            await stage.Data.ValueAsync<long>("select count(*) from alerts where alert_type = 'temp_excursion'", Cancel)
        );
    }

    private static string Path(Place place) => $"/api/orgs/{place.Organization}/alerts";

    private async Task ReportAsync(Place place, int minute)
    {
        await stage.ReportAsync(place, minute, Cancel, temperature: 9m);
        await stage.Data.JudgedAsync(Cancel);
    }

    private async Task<(Place Place, string Alert)> GivenAnAlertAsync()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await InsertAsync(
            place,
            "values ('temp_excursion'::alert_type, 'critical'::alert_severity, 'active'::alert_status, "
                + "'2026-01-14Z'::timestamptz)"
        );
        return (place, await stage.Data.TextAsync("select id from alerts", Cancel));
    }

    private Task InsertAsync(Place place, string rows) =>
        stage.Data.RunAsync(
            "insert into alerts (unit_id, organization_id, title, alert_type, severity, status, triggered_at) "
                + $"select '{place.Unit}', '{place.Organization}', 'title', r.* from ({rows}) r",
            Cancel
        );
}
