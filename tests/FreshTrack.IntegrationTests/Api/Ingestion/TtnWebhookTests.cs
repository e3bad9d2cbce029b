using System.Net;

namespace FreshTrack.IntegrationTests.Api;

public sealed class TtnWebhookTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string CountSql = "select count(*) from sensor_readings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("X-API-Key")]
    [InlineData("X-Webhook-Secret")]
    [InlineData("X-Downlink-Apikey")]
    public async Task Acknowledged_webhook_is_in_the_table(string header)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel, header);

        Assert.Equal(HttpStatusCode.OK, status);
        var row = await stage.Data.ValueAsync<string>(
            "select concat_ws(' ', unit_id, lora_sensor_id, temperature, "
                + "humidity, battery, signal_strength, recorded_at at time zone 'UTC', source, f_cnt, raw_payload_hex) "
                + $"from sensor_readings where id = '{body["reading_id"]}'",
            Cancel
        );
        Assert.Equal(
            $"{place.Unit} {place.Sensor} 4.25 60.50 92 -61 2026-01-14 23:59:00.123456 ttn 1 01755c03672a00046879",
            row
        );
    }

    [Fact]
    public async Task Retried_webhook_is_stored_once_and_answered_alike()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel))
        );

        Assert.Single(answers.Select(answer => (answer.Status, answer.Body.ToJsonString())).Distinct());
        Assert.Equal(1, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Two_hundred_webhooks_at_once_are_all_stored()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, 200)
                .Select(counter => stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter), Cancel))
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(200, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Unit_and_sensor_show_the_newest_reading_and_not_the_last_to_arrive()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: 1, temperature: 3.5m), Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter: 30, temperature: 9m), Cancel);

        Assert.Equal(
            "3.50 2026-01-14 23:59:00.123456",
            await stage.Data.ValueAsync<string>(
                "select concat_ws(' ', last_temp_reading, last_reading_at at time zone 'UTC') from units",
                Cancel
            )
        );
        Assert.Equal(
            "2026-01-14 23:59:00.123456",
            await stage.Data.ValueAsync<string>(
                "select (last_seen_at at time zone 'UTC')::text from lora_sensors",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Device_is_found_by_any_spelling_of_its_EUI_and_by_its_id()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var spelled = string.Join('-', place.DevEui.ToLowerInvariant().Chunk(2).Select(pair => new string(pair)));

        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, devEui: spelled), Cancel)).Status
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place, devEui: ""), Cancel)).Status
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("whsec-wrong")]
    [InlineData("' or 1=1 --")]
    public async Task Wrong_secret_is_refused(string? secret)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await stage.Client.SendAsync(secret, Given.AnUplink(place), Cancel);

        Assert.Equal(
            (HttpStatusCode.Unauthorized, "UNAUTHORIZED"),
            (status, body["error"]!["code"]!.GetValue<string>())
        );
        Assert.Equal(0, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Fact]
    public async Task Device_of_another_organization_is_as_unknown_as_no_device()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );

        var foreign = await stage.Client.SendAsync(place.Secret, Given.AnUplink(other), Cancel);
        var unknown = await stage.Client.SendAsync(
            place.Secret,
            Given.AnUplink(place with { DeviceId = "nobody" }, devEui: "FFFFFFFFFFFFFFFF"),
            Cancel
        );

        Assert.Equal((HttpStatusCode.OK, unknown.Body.ToJsonString()), (foreign.Status, foreign.Body.ToJsonString()));
        Assert.Equal("""{"reading_id":null,"reason":"DEVICE_NOT_FOUND"}""", foreign.Body.ToJsonString());
        Assert.Equal(0, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }

    [Theory]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("[1,2]", "application/json", 400)]
    [InlineData("{\"uplink_message\":{}}", "text/plain", 400)]
    [InlineData("{\"uplink_message\":{\"decoded_payload\":7}}", "application/json", 400)]
    public async Task Malformed_body_is_refused_and_never_an_error_of_ours(string body, string type, int expected)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var answer = await stage.Client.SendAsync(place.Secret, body, Cancel, type: type);

        Assert.Equal(
            (expected, "BAD_REQUEST"),
            ((int)answer.Status, answer.Body["error"]!["code"]!.GetValue<string>())
        );
    }

    [Fact]
    public async Task Body_that_is_too_large_or_too_deep_is_refused()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await stage.Client.SendAsync(place.Secret, new string(' ', (1024 * 1024) + 1), Cancel)).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await stage.Client.SendAsync(place.Secret, new string('[', 10_000), Cancel)).Status
        );
    }

    [Fact]
    public async Task Sensor_without_an_active_unit_makes_no_reading()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Data.ValueAsync<int>("with gone as (update areas set deleted_at = now()) select 1", Cancel);

        var (status, body) = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);

        Assert.Equal(
            (HttpStatusCode.OK, """{"reading_id":null,"reason":"DEVICE_NOT_ASSIGNED"}"""),
            (status, body.ToJsonString())
        );
    }

    [Fact]
    public async Task Reading_whose_unit_has_just_gone_is_not_stored_and_takes_no_other_with_it()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        await stage.Data.ValueAsync<int>(
            $"with gone as (delete from units where id = '{place.Unit}') select 1",
            Cancel
        );

        var answers = await Task.WhenAll(
            Enumerable
                .Range(2, 40)
                .Select(counter =>
                    counter % 2 == 0
                        ? stage.Client.SendAsync(place.Secret, Given.AnUplink(place, counter), Cancel)
                        : stage.Client.SendAsync(other.Secret, Given.AnUplink(other, counter), Cancel)
                )
        );

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(20, answers.Count(answer => answer.Body["reading_id"] is not null));
        Assert.Equal(20, await stage.Data.ValueAsync<long>(CountSql, Cancel));
    }
}
