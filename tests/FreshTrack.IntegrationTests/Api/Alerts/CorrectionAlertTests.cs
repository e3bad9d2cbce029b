using System.Net;
using FreshTrack.IntegrationTests.Api.Once;

namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>A reading that was judged and is corrected afterwards: its unit is judged again.</summary>
public sealed class CorrectionAlertTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string ExcursionsSql =
        "select concat_ws('|', a.status, a.resolution_type, a.metadata ->> 'retracted', a.metadata ->> 'late', "
        + "u.status) "
        + "from units u left join alerts a on a.unit_id = u.id and a.alert_type = 'temp_excursion'";

    private const string ChangesSql =
        "select string_agg(event_type, ', ' order by recorded_at) from event_logs where event_type like 'alert.%'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Corrected_temperature_takes_its_alert_back()
    {
        var (place, wrong) = await GivenAnAlertAsync();

        await CorrectAsync(place, Entries.Entry(place, 10, 4.4m, supersedes: wrong));

        await stage.Data.UntilAsync(ExcursionsSql, "resolved|corrected|true|ok", Cancel);
        Assert.Equal("alert.raised, alert.corrected", await stage.Data.TextAsync(ChangesSql, Cancel));
    }

    [Theory]
    [InlineData(2, "ok")]
    [InlineData(40, "excursion")]
    public async Task Corrected_time_takes_its_alert_back_although_nothing_is_left_where_it_was(
        int minute,
        string status
    )
    {
        var (place, wrong) = await GivenAnAlertAsync();

        await CorrectAsync(place, Entries.Entry(place, minute, 4.4m, supersedes: wrong));

        await stage.Data.UntilAsync(ExcursionsSql, $"resolved|corrected|true|{status}", Cancel);
    }

    [Fact]
    public async Task Correction_without_a_temperature_takes_the_alert_back()
    {
        var (place, wrong) = await GivenAnAlertAsync();

        await CorrectAsync(place, Entries.Entry(place, 10, humidity: 60, supersedes: wrong));

        await stage.Data.UntilAsync(ExcursionsSql, "resolved|corrected|true|excursion", Cancel);
    }

    [Fact]
    public async Task Alert_whose_reading_is_corrected_within_the_breach_says_what_was_measured()
    {
        var (place, wrong) = await GivenAnAlertAsync();

        await CorrectAsync(place, Entries.Entry(place, 10, 12, supersedes: wrong));

        await stage.Data.UntilAsync(
            "select concat_ws('|', title, temp_reading, status, metadata ->> 'corrected') from alerts",
            "Walk-in: 12.0 °C is above 5.0 °C|12.00|active|true",
            Cancel
        );
    }

    [Fact]
    public async Task Correction_to_a_temperature_outside_the_limits_raises_what_it_shows()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await JudgeAsync(place, 90, 3m);
        await JudgeAsync(place, 60, 9m);
        var wrong = await JudgeAsync(place, 40, 4.4m);
        await JudgeAsync(place, 20, 3m);
        Assert.Equal("ok", await stage.Data.TextAsync(ExcursionsSql, Cancel));

        await CorrectAsync(place, Entries.Entry(place, 40, 44, supersedes: wrong));

        await stage.Data.UntilAsync(ExcursionsSql, "resolved|auto|true|ok", Cancel);
    }

    /// <summary>The newest reading turns out to be older than the one before it.</summary>
    [Fact]
    public async Task Unit_says_when_and_what_the_newest_reading_was_that_still_counts()
    {
        var (place, wrong) = await GivenAnAlertAsync();

        await CorrectAsync(place, Entries.Entry(place, 40, 4.4m, supersedes: wrong));

        var (newest, corrected) = (Entries.Time(20), Entries.Time(10));
        Assert.Equal(
            "t|f|9.00",
            await stage.Data.TextAsync(
                $"select concat_ws('|', last_reading_at = '{newest}', last_reading_at = '{corrected}', "
                    + "last_temp_reading::numeric(6, 2)) from units",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Events_say_the_unit_of_their_temperatures()
    {
        var (place, wrong) = await GivenAnAlertAsync();
        await CorrectAsync(place, Entries.Entry(place, 10, 4.4m, supersedes: wrong));
        await stage.Data.UntilAsync(ExcursionsSql, "resolved|corrected|true|ok", Cancel);

        Assert.Equal(
            "alert.raised C 44.00, reading.corrected C 44.00, alert.corrected C 44.00",
            await stage.Data.TextAsync(
                "select string_agg(concat_ws(' ', event_type, "
                    + "coalesce(payload ->> 'temperature_unit', payload -> 'corrected' ->> 'temperature_unit'), "
                    + "coalesce(payload ->> 'temperature', payload -> 'corrected' ->> 'temperature')), ', ' "
                    + "order by recorded_at) from event_logs",
                Cancel
            )
        );
    }

    /// <summary>The reading of ten minutes ago confirmed it, and the clock has not moved since.</summary>
    private async Task<(Place Place, Guid Reading)> GivenAnAlertAsync()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await JudgeAsync(place, 60, 3m);
        await JudgeAsync(place, 20, 9m);
        var wrong = await JudgeAsync(place, 10, 44m);
        await stage.Data.UntilAsync(ExcursionsSql, "active|alarm_active", Cancel);
        return (place, wrong);
    }

    private async Task<Guid> JudgeAsync(Place place, int minute, decimal temperature)
    {
        var (status, body) = await stage.Client.BulkAsync(place, Cancel, Entries.Entry(place, minute, temperature));
        Assert.Equal(HttpStatusCode.OK, status);
        await stage.Data.JudgedAsync(Cancel);
        return body.Id();
    }

    private async Task CorrectAsync(Place place, System.Text.Json.Nodes.JsonObject correction)
    {
        var (status, _) = await stage.Client.BulkAsync(place, Cancel, correction);
        Assert.Equal(HttpStatusCode.OK, status);
    }
}
