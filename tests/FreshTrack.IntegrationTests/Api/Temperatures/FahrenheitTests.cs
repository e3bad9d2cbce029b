using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.IntegrationTests.Api.Alerts;

namespace FreshTrack.IntegrationTests.Api.Temperatures;

/// <summary>What sensors report in °C, on a database that stores °F.</summary>
public sealed class FahrenheitTests(FahrenheitStage stage) : IClassFixture<FahrenheitStage>, IAsyncLifetime
{
    private ApiStage Api => stage.Api;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await Api.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Read as °F, 25 would lie below 41 and end the excursion.</summary>
    [Theory]
    [InlineData("imperial", "Walk-in: 77.0 °F is above 41.0 °F")]
    [InlineData("metric", "Walk-in: 25.0 °C is above 5.0 °C")]
    public async Task Warm_reading_is_an_excursion_and_is_told_in_the_organization_s_unit(
        string preference,
        string title
    )
    {
        var place = await Api.GivenAPatientUnitAsync(Cancel);
        await Api.Data.RunAsync($"update organizations set units_preference = '{preference}'", Cancel);

        await Api.ReportAsync(place, -25, Cancel, temperature: 25m);
        await Api.ReportAsync(place, -5, Cancel, temperature: 25m);

        await Api.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical active", Cancel);
        Assert.Equal(
            $"{title}|77.00|41.00|77.00|alarm_active",
            await Api.Data.TextAsync(
                "select concat_ws('|', title, temp_reading, temp_limit, last_temp_reading, u.status) "
                    + "from alerts a join units u on u.id = a.unit_id",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Answers_say_their_unit_and_show_the_other_one_when_asked()
    {
        var place = await Api.GivenAPatientUnitAsync(Cancel);
        var token = await Api.SignInAsync(place.Organization, Cancel);
        await Api.ReportAsync(place, -25, Cancel, temperature: 8.33m);
        await Api.ReportAsync(place, -5, Cancel, temperature: 8.33m);
        await Api.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical active", Cancel);
        var latest = $"/api/orgs/{place.Organization}/readings/latest";
        var buckets = $"{place.ReadingsPath}?bucket=1d&start=2026-01-01";
        var alerts = $"/api/orgs/{place.Organization}/alerts";

        Assert.Equal("F 46.99", await ReadAsync(place.ReadingsPath, "temperature"));
        Assert.Equal("C 8.33", await ReadAsync($"{place.ReadingsPath}?unit=C", "temperature"));
        Assert.Equal("F 46.99", await ReadAsync($"{place.ReadingsPath}?unit=F", "temperature"));
        Assert.Equal("F 46.99", await ReadAsync(latest, "temperature"));
        Assert.Equal("C 8.33", await ReadAsync($"{latest}?unit=C", "temperature"));
        foreach (var value in (string[])["temperature_min", "temperature_avg", "temperature_max"])
        {
            Assert.Equal("F 46.99", await ReadAsync(buckets, value));
            Assert.Equal("C 8.33", await ReadAsync($"{buckets}&unit=C", value));
        }

        Assert.Equal("F 46.99", await ReadAsync(alerts, "temp_reading"));
        Assert.Equal("C 8.33", await ReadAsync($"{alerts}?temperature_unit=C", "temp_reading"));
        Assert.Equal("C 5.00", await ReadAsync($"{alerts}?temperature_unit=C", "temp_limit"));

        async Task<string> ReadAsync(string path, string name)
        {
            var (status, body) = await Api.Client.ReadAsync(path, token, Cancel);
            Assert.Equal(HttpStatusCode.OK, status);
            var first = body["data"]![0]!;
            return $"{body["temperature_unit"] ?? first["temperature_unit"]} {first[name]!.ToJsonString()}";
        }
    }

    [Theory]
    [InlineData("UNIT/readings?unit=K", "unit must be C or F.")]
    [InlineData("UNIT/readings?unit=", "unit must be C or F.")]
    [InlineData("UNIT/readings?bucket=1d&start=2026-01-01&unit=c", "unit must be C or F.")]
    [InlineData("ORG/readings/latest?unit=K", "unit must be C or F.")]
    [InlineData("ORG/alerts?temperature_unit=K", "temperature_unit must be C or F.")]
    public async Task Unit_that_is_none_is_refused(string path, string problem)
    {
        var place = await Given.AnOrganizationWithAUnit(Api, Cancel);
        var token = await Api.SignInAsync(place.Organization, Cancel);

        var (status, body) = await Api.Client.ReadAsync(
            path.Replace("UNIT/readings", place.ReadingsPath).Replace("ORG", $"/api/orgs/{place.Organization}"),
            token,
            Cancel
        );

        Assert.Equal((HttpStatusCode.BadRequest, problem), (status, body["error"]!["message"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("""  "temperature": 4.25 """, "39.65")]
    [InlineData("""  "temperature": 4.25, "temperature_unit": "C" """, "39.65")]
    [InlineData("""  "temperature": 39.65, "temperature_unit": "F" """, "39.65")]
    public async Task Bulk_entry_is_in_Celsius_unless_it_declares_another_unit(string measured, string stored)
    {
        var place = await Given.AnOrganizationWithAUnit(Api, Cancel);

        var (status, _) = await BulkAsync(place, measured);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(stored, await Api.Data.TextAsync("select temperature::text from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Bulk_entry_in_an_unknown_unit_is_refused_and_not_guessed()
    {
        var place = await Given.AnOrganizationWithAUnit(Api, Cancel);

        var (status, body) = await BulkAsync(place, """ "temperature": 277.4, "temperature_unit": "K" """);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("readings[0].temperature_unit is neither C nor F.", body["error"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("'F'", "null", "39.65")]
    [InlineData("null", "'F'", "39.65")]
    [InlineData("'F'", "'C'", "39.65")]
    [InlineData("'C'", "'F'", "103.37")]
    [InlineData("null", "null", "103.37")]
    public async Task Sensor_s_own_unit_counts_before_its_model_s_and_then_Celsius(
        string sensor,
        string model,
        string stored
    )
    {
        var place = await Given.AnOrganizationWithAUnit(Api, Cancel);
        await Api.Data.RunAsync(
            $"""
            with m as (
              insert into sensor_catalog (manufacturer, model, display_name, temperature_unit)
              values ('Any', 'Probe', 'Probe', {model}) returning id)
            update lora_sensors set temperature_unit = {sensor}, sensor_catalog_id = m.id from m
            """,
            Cancel
        );
        Api.Forget();

        await Api.ReportAsync(place, -5, Cancel, temperature: 39.65m);

        Assert.Equal(stored, await Api.Data.TextAsync("select temperature::text from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Uplink_that_the_former_webhook_stored_in_Fahrenheit_is_known_when_it_is_sent_again()
    {
        var place = await Given.AnOrganizationWithAUnit(Api, Cancel);
        var moved = await Api.Data.ValueAsync<Guid>(
            $"""
            insert into sensor_readings (unit_id, lora_sensor_id, source, temperature, humidity, battery, recorded_at)
            values ('{place.Unit}', '{place.Sensor}', 'ttn', 39.65, 60.5, 92, '2026-01-14T23:59:00.123456789Z')
            returning id
            """,
            Cancel
        );

        var (_, again) = await Api.Client.SendAsync(place.Secret, Given.AnUplink(place, temperature: 4.25m), Cancel);

        Assert.Equal($"{moved}", $"{again["reading_id"]}");
        Assert.Equal(1, await Api.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Database_that_holds_temperatures_keeps_its_unit()
    {
        await Given.AnOrganizationWithAUnit(Api, Cancel);

        var other = await SchemaMigration.RunAsync(Api.Database, TemperatureUnit.Celsius, Api.Clock, Cancel);
        var same = await SchemaMigration.RunAsync(Api.Database, TemperatureUnit.Fahrenheit, Api.Clock, Cancel);
        var unsaid = await SchemaMigration.RunAsync(Api.Database, temperatures: null, Api.Clock, Cancel);

        Assert.Equal(
            "the database holds temperatures in °F, and C was asked for. "
                + "Name the unit that it was made with, or begin with an empty database.",
            other.Problem
        );
        Assert.Null(same.Problem);
        Assert.Null(unsaid.Problem);
        Assert.Equal("F", await Api.Data.TextAsync("select api.temperature_unit()", Cancel));
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> BulkAsync(Place place, string measured) =>
        Api.Client.SendAsync(
            place.Secret,
            $$"""{"readings":[{"unit_id":"{{place.Unit}}","recorded_at":"2026-01-14T10:00:00Z",{{measured}}}]}""",
            Cancel,
            path: "/api/ingest/readings"
        );
}
