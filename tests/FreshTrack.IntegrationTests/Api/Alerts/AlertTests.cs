namespace FreshTrack.IntegrationTests.Api.Alerts;

public sealed class AlertTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Excursion_confirmed_over_the_rule_s_delay_raises_one_alert_and_recovery_resolves_it()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);

        await ReportEachAsync(place, (-30, 4m), (-25, 9m), (-20, 9.25m));
        Assert.Equal("", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
        Assert.Equal("excursion", await stage.Data.TextAsync("select status from units", Cancel));

        await ReportEachAsync(place, (-15, 9.5m), (-10, 9.75m));
        Assert.Equal("temp_excursion critical active", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
        Assert.Equal(
            $"Walk-in: 9.5 °C is above 5.0 °C|9.50|5.00|{At(-15)}|{At(-25)}",
            await stage.Data.TextAsync(
                "select concat_ws('|', title, temp_reading, temp_limit, triggered_at at time zone 'UTC', "
                    + "first_active_at at time zone 'UTC') from alerts",
                Cancel
            )
        );
        Assert.Equal("alarm_active", await stage.Data.TextAsync("select status from units", Cancel));

        await ReportEachAsync(place, (-5, 3.5m));
        Assert.Equal("temp_excursion critical resolved", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
        Assert.Equal(
            $"{At(-5)}|auto|ok",
            await stage.Data.TextAsync(
                "select concat_ws('|', a.resolved_at at time zone 'UTC', a.resolution_type, u.status) "
                    + "from alerts a join units u on u.id = a.unit_id",
                Cancel
            )
        );
        Assert.Equal("alert.raised, alert.resolved", await stage.Data.TextAsync(AlertSteps.EventsSql, Cancel));
    }

    [Theory]
    [InlineData("organization_id", "Organization", 40, "")]
    [InlineData("site_id", "Site", 5, "temp_excursion critical active")]
    [InlineData("unit_id", "Unit", 40, "")]
    public async Task Most_specific_rule_decides_the_delay(string column, string level, int minutes, string expected)
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        var id = level switch
        {
            "Organization" => place.Organization,
            "Site" => place.Site,
            _ => place.Unit,
        };
        await stage.Data.RunAsync(
            $"insert into alert_rules ({column}, excursion_confirm_minutes_door_closed) values ('{id}', {minutes})",
            Cancel
        );
        if (level == "Unit")
        {
            await stage.Data.RunAsync(
                $"insert into alert_rules (site_id, excursion_confirm_minutes_door_closed) values ('{place.Site}', 5)",
                Cancel
            );
        }

        await ReportEachAsync(place, (-20, 9m), (-8, 9m));

        Assert.Equal(expected, await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
    }

    [Fact]
    public async Task Retried_and_late_readings_raise_nothing_twice()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await ReportEachAsync(place, (-20, 9m), (-5, 9m), (-4, 3m));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.ReportAsync(place, -20, Cancel, temperature: 9m)));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => stage.ReportAsync(place, -5, Cancel, temperature: 9m)));
        await ReportEachAsync(place, (-19, 9m), (-3, 3m));

        Assert.Equal("temp_excursion critical resolved", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
    }

    [Fact]
    public async Task Low_battery_is_raised_once_and_resolved_by_a_new_one()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        foreach (var (minute, battery) in new[] { (-30, 11), (-20, 10), (-10, 2) })
        {
            await stage.ReportAsync(place, minute, Cancel, battery: battery);
            await stage.Data.JudgedAsync(Cancel);
        }

        Assert.Equal(
            $"low_battery warning active {place.DevEui}",
            await stage.Data.TextAsync(
                "select concat_ws(' ', alert_type, severity, status, sensor_dev_eui) from alerts",
                Cancel
            )
        );

        await stage.ReportAsync(place, -1, Cancel, battery: 100);
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "low_battery warning resolved", Cancel);
    }

    [Fact]
    public async Task Open_door_warns_then_becomes_critical_without_a_reading_and_closing_resolves_it()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.ReportAsync(place, 0, Cancel, doorOpen: true);
        await stage.Data.JudgedAsync(Cancel);
        Assert.Equal(
            "open|",
            await stage.Data.TextAsync($"select concat(door_state, '|', ({AlertSteps.AlertsSql})) from units", Cancel)
        );

        stage.Clock.Advance(TimeSpan.FromMinutes(3));
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "door_open warning active", Cancel);
        stage.Clock.Advance(TimeSpan.FromMinutes(7));
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "door_open critical active", Cancel);

        await stage.ReportAsync(place, 0, Cancel, doorOpen: false);
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "door_open critical resolved", Cancel);
        Assert.Equal(
            "alert.raised, alert.worsened, alert.resolved",
            await stage.Data.TextAsync(AlertSteps.EventsSql, Cancel)
        );
        Assert.Equal("closed", await stage.Data.TextAsync("select door_state from units", Cancel));
        Assert.Equal(
            "open,closed",
            await stage.Data.TextAsync("select string_agg(state, ',' order by occurred_at) from door_events", Cancel)
        );
    }

    [Fact]
    public async Task Silence_beyond_interval_times_multiplier_plus_minutes_is_an_alert_that_the_next_reading_resolves()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Data.RunAsync(
            "insert into alert_rules (organization_id, expected_reading_interval_seconds, offline_trigger_multiplier, "
                + $"offline_trigger_additional_minutes) values ('{place.Organization}', 600, 2.5, 3)",
            Cancel
        );
        await stage.ReportAsync(place, 0, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);

        stage.Clock.Advance(TimeSpan.FromMinutes(27));
        await stage.Data.UntilAsync("select (due_at at time zone 'UTC')::text from api.unit_watch", At(1), Cancel);
        Assert.Equal("", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "monitoring_interrupted warning active", Cancel);
        await stage.Data.UntilAsync("select status::text from units", "monitoring_interrupted", Cancel);

        await stage.ReportAsync(place, 0, Cancel, temperature: 3m);
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "monitoring_interrupted warning resolved", Cancel);
    }

    [Fact]
    public async Task Open_alert_that_was_moved_counts_and_is_resolved_by_recovery()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.Data.RunAsync(
            "insert into alerts (unit_id, organization_id, alert_type, severity, title) "
                + $"select '{place.Unit}', '{place.Organization}', t::alert_type, 'critical', 'moved' "
                + "from unnest('{temp_excursion,alarm_active}'::text[]) t",
            Cancel
        );

        await ReportEachAsync(place, (-20, 9m), (-5, 9m));
        Assert.Equal(
            2,
            await stage.Data.ValueAsync<long>("select count(*) from alerts where status = 'active'", Cancel)
        );

        await ReportEachAsync(place, (-1, 3m));
        Assert.Equal(
            2,
            await stage.Data.ValueAsync<long>("select count(*) from alerts where status = 'resolved'", Cancel)
        );
    }

    [Fact]
    public async Task Units_that_are_not_watched_raise_nothing()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var other = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.ReportAsync(place, -20, Cancel, temperature: 9m);
        await stage.Data.RunAsync($"update sites set is_active = false where id = '{place.Site}'", Cancel);
        await stage.Data.RunAsync(
            $"insert into sensor_readings (unit_id, temperature, recorded_at) values ('{place.Unit}', 9, '{At(-1)}Z'); "
                + $"update units set last_reading_at = '{At(-1)}Z' where id = '{place.Unit}'",
            Cancel
        );

        await stage.ReportAsync(other, 0, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);

        Assert.Equal("", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
    }

    /// <summary>The time so many minutes from now, as PostgreSQL writes it.</summary>
    private string At(int minute) => $"{stage.Clock.GetUtcNow().AddMinutes(minute):yyyy-MM-dd HH:mm:ss}";

    private async Task ReportEachAsync(Place place, params (int Minute, decimal Temperature)[] readings)
    {
        foreach (var (minute, temperature) in readings)
        {
            await stage.ReportAsync(place, minute, Cancel, temperature);
            await stage.Data.JudgedAsync(Cancel);
        }
    }
}
