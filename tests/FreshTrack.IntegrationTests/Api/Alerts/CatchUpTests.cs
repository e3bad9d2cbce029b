using FreshTrack.Api;

namespace FreshTrack.IntegrationTests.Api.Alerts;

public sealed class CatchUpTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Readings_committed_by_a_program_that_ended_before_judging_them_are_judged_by_the_next()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.ReportAsync(place, -60, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);

        // As a batch leaves them, but nobody is told; the excursion is over again.
        await StoreAsync(place, (-40, 9m), (-25, 9m), (-10, 3m), (-5, 3m));

        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical resolved", Cancel);
        Assert.Equal("alert.raised, alert.resolved", await stage.Data.TextAsync(AlertSteps.EventsSql, Cancel));
    }

    [Fact]
    public async Task First_look_at_a_unit_raises_what_holds_now_and_nothing_of_its_past()
    {
        var (past, present) = (await stage.GivenAPatientUnitAsync(Cancel), await stage.GivenAPatientUnitAsync(Cancel));

        await StoreAsync(past, (-300, 9m), (-200, 9m), (-100, 3m));
        await StoreAsync(present, (-40, 9m), (-20, 9m), (-1, 9m));

        await stage.Data.JudgedAsync(Cancel);

        Assert.Equal(
            $"{present.Unit} active",
            await stage.Data.TextAsync(
                "select string_agg(concat_ws(' ', unit_id, status), ', ') "
                    + "from alerts where alert_type = 'temp_excursion'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Many_thousand_readings_that_nobody_judged_are_judged_in_parts()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.ReportAsync(place, -1400, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);

        // Two excursions of half an hour among 4,500 readings, one every 15 seconds.
        await stage.Data.RunAsync(
            $"""
            insert into sensor_readings (unit_id, temperature, recorded_at)
            select '{place.Unit}',
              case when i between 1000 and 1120 or i between 3000 and 3120 then 9 else 3 end,
              '2026-01-15Z'::timestamptz - make_interval(secs => 15.0 * (4500 - i))
            from generate_series(1, 4500) i;
            update units set last_reading_at = '2026-01-15Z'
            """,
            Cancel
        );

        await stage.Data.UntilAsync(
            AlertSteps.AlertsSql,
            "temp_excursion critical resolved, temp_excursion critical resolved",
            Cancel
        );
    }

    [Fact]
    public async Task Two_programs_at_once_raise_one_alert_for_each_unit()
    {
        await using var second = FreshTrackApi.Build(stage.Options(stage.Database));
        await second.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(second.Urls.First()) };
        var places = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stage.GivenAPatientUnitAsync(Cancel)));

        for (var minute = -60; minute < 0; minute += 4)
        {
            await Task.WhenAll(
                places.Select(
                    (place, index) =>
                        ((minute / 4) + index) % 2 == 0
                            ? stage.ReportAsync(place, minute, Cancel, temperature: 9m, client: client)
                            : stage.ReportAsync(place, minute, Cancel, temperature: 9m)
                )
            );
        }

        await stage.Data.JudgedAsync(Cancel);
        Assert.Equal(
            "8 8",
            await stage.Data.TextAsync("select concat_ws(' ', count(*), count(distinct unit_id)) from alerts", Cancel)
        );
        await second.StopAsync(Cancel);
    }

    private Task StoreAsync(Place place, params (int Minute, decimal Temperature)[] readings)
    {
        static string At(int minute) => ApiStage.Start.AddMinutes(minute).ToString("O");
        var rows = string.Join(
            ", ",
            readings.Select(r => $"('{place.Unit}', '{place.Sensor}', {r.Temperature}, '{At(r.Minute)}')")
        );
        return stage.Data.RunAsync(
            $"insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at) values {rows}; "
                + $"update units set last_reading_at = '{At(readings[^1].Minute)}' where id = '{place.Unit}'",
            Cancel
        );
    }
}
