using System.Net;
using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api.Once;

/// <summary>Readings of one reporter, unit and time that say different things.</summary>
public sealed class ConflictTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_device_reports_two_units_at_one_instant()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var second = await Entries.SecondUnitAsync(stage, place, Cancel);

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, temperature: 4, device: place.Sensor),
            Entries.Entry(second, 1, temperature: -18, device: place.Sensor)
        );

        Assert.Equal((HttpStatusCode.OK, 2), (status, body["inserted_count"]!.GetValue<int>()));
        Assert.NotEqual(body.Id(0), body.Id(1));
        Assert.Equal("-18.00, 4.00", await RowsAsync());
    }

    [Fact]
    public async Task Temperature_by_one_person_and_humidity_by_another_are_both_kept()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var temperature = await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, temperature: 4));
        var humidity = await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, humidity: 60));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (temperature.Status, humidity.Status));
        Assert.Equal("4.00, 60.00", await RowsAsync());
        Assert.Equal("4.00", await stage.Data.ValueAsync<string>("select last_temp_reading::text from units", Cancel));
    }

    [Fact]
    public async Task Temperature_and_humidity_of_one_moment_in_two_entries_are_both_kept()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, temperature: 4, device: place.Sensor),
            Entries.Entry(place, 1, humidity: 60, device: place.Sensor)
        );

        Assert.Equal((HttpStatusCode.OK, 2), (status, body["inserted_count"]!.GetValue<int>()));
        Assert.Equal("4.00, 60.00", await RowsAsync());
    }

    [Fact]
    public async Task Other_value_of_the_same_moment_is_refused_with_all_of_its_request_and_named()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var stored = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, temperature: 44, humidity: 60)
        );

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 2, temperature: 5),
            Entries.Entry(place, 1, temperature: 4.4m, humidity: 60)
        );

        var id = stored.Body.Id();
        TestContext.Current.TestOutputHelper?.WriteLine($"{(int)status} {body.ToJsonString()}");
        TestContext.Current.TestOutputHelper?.WriteLine(await RowsAsync());
        Assert.Equal((HttpStatusCode.Conflict, "CONFLICT"), (status, body.Code()));
        Assert.Contains("readings[1].temperature", body["error"]!["message"]!.GetValue<string>());
        Assert.Equal(
            $$"""
            [{"index":1,"field":"temperature","reason":"CONFLICT","stored":44.00,"sent":4.40,"reading_id":"{{id}}"}]
            """,
            body["entries"]!.ToJsonString()
        );
        Assert.Equal("44.00 60.00", await RowsAsync());
    }

    [Fact]
    public async Task Two_devices_that_both_name_none_do_not_lose_a_reading_without_a_word()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var answers = await Task.WhenAll(
            stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, temperature: 4)),
            stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, 1, temperature: -18))
        );

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
        Assert.Equal(1, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
    }

    [Fact]
    public async Task Entries_of_one_request_that_contradict_each_other_are_named()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, body) = await stage.Client.BulkAsync(
            place,
            Cancel,
            Entries.Entry(place, 1, temperature: 4),
            Entries.Entry(place, 2, temperature: 4),
            Entries.Entry(place, 1, temperature: 5)
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(
            "readings[0] and readings[2] are of one unit, device and time and say different things of temperature",
            body["error"]!["message"]!.GetValue<string>()
        );
        Assert.Equal("", await RowsAsync());
    }

    [Fact]
    public async Task Other_value_under_one_frame_counter_is_kept_beside_and_said()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var first = await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var uplink = Given.AnUplink(place, temperature: 9);
        var before = await RemarksAsync();

        var second = await stage.Client.SendAsync(place.Secret, uplink, Cancel);
        var repeated = await stage.Client.SendAsync(place.Secret, uplink, Cancel);

        Assert.Equal((HttpStatusCode.OK, "CONFLICT"), (second.Status, second.Body["reason"]!.GetValue<string>()));
        Assert.Equal(second.Body.ToJsonString(), repeated.Body.ToJsonString());
        Assert.NotEqual(first.Body["reading_id"]!.ToString(), second.Body["reading_id"]!.ToString());
        Assert.Equal("4.25 60.50, 9.00 60.50", await RowsAsync());
        Assert.Equal(
            first.Body.ToJsonString(),
            (await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel)).Body.ToJsonString()
        );
        Assert.Equal(before + 2, await RemarksAsync());
    }

    [Fact]
    public async Task Two_programs_at_once_store_one_of_two_that_contradict_each_other()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await using var other = FreshTrackApi.Build(stage.Options(stage.Database));
        await other.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(other.Urls.First()) };
        for (var minute = 1; minute <= 30; minute++)
        {
            var answers = await Task.WhenAll(
                stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, minute, temperature: 4)),
                client.BulkAsync(place, Cancel, Entries.Entry(place, minute, temperature: 5))
            );

            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
        }

        Assert.Equal(30, await stage.Data.ValueAsync<long>("select count(*) from sensor_readings", Cancel));
        await other.StopAsync(Cancel);
    }

    private Task<string> RowsAsync() => stage.Data.ValueAsync<string>(Entries.RowsSql, Cancel);

    private async Task<double> RemarksAsync()
    {
        const string Name = "freshtrack_uplinks_remarked_total{reason=\"CONFLICT\"} ";
        var metrics = await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Name));
        return line is null ? 0 : double.Parse(line[Name.Length..], null);
    }
}
