namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>Several reporters of one unit, clocks that are ahead, and readings that arrive late.</summary>
public sealed class ReporterAlertTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string ExcursionsSql =
        "select coalesce(string_agg(concat_ws(' ', to_char(first_active_at at time zone 'UTC', 'HH24:MI'), "
        + "to_char(triggered_at at time zone 'UTC', 'HH24:MI'), "
        + "coalesce(to_char(resolved_at at time zone 'UTC', 'HH24:MI'), 'open'), "
        + "case when metadata ? 'late' then 'late' end), ', ' order by triggered_at), '') "
        + "from alerts where alert_type = 'temp_excursion' and resolution_type is distinct from 'corrected'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Warm_probe_raises_an_alert_while_another_one_is_cold()
    {
        var warm = await stage.GivenAPatientUnitAsync(Cancel);
        var cold = await AnotherProbeAsync(warm);
        for (var minute = -24; minute < 0; minute += 10)
        {
            await ReportAsync(warm, minute, 9m);
            await ReportAsync(cold, minute + 3, 3m);
        }

        await ExpectAsync("two probes, one warm", $"{Now(-24)} {Now(-14)} open");
        Assert.Equal("alarm_active", await stage.Data.TextAsync("select status from units", Cancel));

        await ReportAsync(warm, 0, 3m);
        await ExpectAsync("two probes, both cold", $"{Now(-24)} {Now(-14)} {Now(0)}");
    }

    [Fact]
    public async Task Probe_that_was_deleted_keeps_no_alert_open()
    {
        var warm = await stage.GivenAPatientUnitAsync(Cancel);
        await ReportAsync(warm, -14, 9m);
        await ReportAsync(warm, -4, 9m);
        await ExpectAsync("warm", $"{Now(-14)} {Now(-4)} open");

        await stage.Data.RunAsync(
            $"update lora_sensors set deleted_at = '{stage.Clock.GetUtcNow():O}' where id = '{warm.Sensor}'",
            Cancel
        );

        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical resolved", Cancel);
    }

    [Fact]
    public async Task Clock_that_is_ahead_hides_no_excursion_and_no_silence()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var ahead = await AnotherProbeAsync(place);
        await ReportAsync(ahead, 50, 3m);
        foreach (var minutes in (int[])[1, 11, 11])
        {
            stage.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await ReportAsync(place, 0, 9m);
        }

        await ExpectAsync("clock 50 minutes ahead", $"{Now(-22)} {Now(-11)} open");
        Assert.Equal("alarm_active", await stage.Data.TextAsync("select status from units", Cancel));

        stage.Clock.Advance(TimeSpan.FromMinutes(12));
        await stage.Data.UntilAsync(
            "select count(*)::text from alerts where alert_type = 'monitoring_interrupted'",
            "1",
            Cancel
        );
    }

    [Fact]
    public async Task Excursion_in_a_gap_that_is_filled_after_live_readings_is_raised_late_and_over()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await ReportAsync(place, -600, 3m);
        await ReportAsync(place, -1, 3m);

        foreach (var (minute, temperature) in ((int, decimal)[])[(-300, 9m), (-100, 3m), (-290, 9m), (-280, 9m)])
        {
            await ReportAsync(place, minute, temperature);
        }

        await ExpectAsync("gap filled after live readings", $"{Now(-300)} {Now(-290)} {Now(-100)} late");
        Assert.Equal(
            "Walk-in: 9.0 °C is above 5.0 °C (reported late)|ok",
            await stage.Data.TextAsync(
                "select concat(a.title, '|', u.status) from alerts a join units u on u.id = a.unit_id "
                    + "where a.alert_type = 'temp_excursion'",
                Cancel
            )
        );
        Assert.Equal(
            "true",
            await stage.Data.TextAsync(
                "select payload ->> 'late' from event_logs where event_type = 'alert.raised'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Late_reading_inside_the_limits_takes_an_alert_back_and_says_so()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await ReportAsync(place, -60, 3m);
        await ReportAsync(place, -20, 9m);
        await ReportAsync(place, -10, 9m);
        await ExpectAsync("before the late reading", $"{Now(-20)} {Now(-10)} open");
        stage.Clock.Advance(TimeSpan.FromSeconds(1));

        await ReportAsync(place, -15, 3m);

        await ExpectAsync("taken back", "");
        Assert.Equal("alert.raised, alert.corrected", await stage.Data.TextAsync(AlertSteps.EventsSql, Cancel));
        Assert.Equal("excursion", await stage.Data.TextAsync("select status from units", Cancel));
    }

    [Fact]
    public async Task Reading_older_than_another_reporter_s_is_judged_although_its_signal_was_lost()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        var door = await AnotherProbeAsync(place);
        await ReportAsync(place, -60, 9m);
        await stage.ReportAsync(door, -1, Cancel, doorOpen: false);
        await stage.Data.JudgedAsync(Cancel);

        // As a batch leaves it whose program ends before it tells anybody.
        await stage.Data.RunAsync(
            "insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at) "
                + $"values ('{place.Unit}', '{place.Sensor}', 12, '{stage.Clock.GetUtcNow().AddMinutes(-30):O}')",
            Cancel
        );

        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "temp_excursion critical active", Cancel);
    }

    [Fact]
    public async Task Interruption_that_was_only_delayed_delivery_ends_when_it_was_raised_at_the_earliest()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await ReportAsync(place, 0, 3m);
        stage.Clock.Advance(TimeSpan.FromMinutes(30));
        await stage.Data.UntilAsync(AlertSteps.AlertsSql, "monitoring_interrupted warning active", Cancel);

        await ReportAsync(place, -25, 3m);

        await stage.Data.UntilAsync(
            "select concat_ws(' ', status, resolution_type, resolved_at = triggered_at) from alerts",
            "resolved delayed t",
            Cancel
        );
    }

    [Fact]
    public async Task Readings_of_before_the_first_look_raise_nothing_when_they_arrive_late()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await ReportAsync(place, -1, 3m);

        foreach (var (minute, temperature) in ((int, decimal)[])[(-60, 9m), (-50, 9m), (-40, 3m)])
        {
            await ReportAsync(place, minute, temperature);
        }

        await ExpectAsync("before the first look", "");
    }

    private string Now(int minute) => $"{stage.Clock.GetUtcNow().AddMinutes(minute):HH:mm}";

    private async Task ReportAsync(Place place, int minute, decimal temperature)
    {
        await stage.ReportAsync(place, minute, Cancel, temperature);
        await stage.Data.JudgedAsync(Cancel);
    }

    private async Task ExpectAsync(string what, string excursions)
    {
        var actual = await stage.Data.TextAsync(ExcursionsSql, Cancel);
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: [{actual}] (first active, triggered, resolved)");
        Assert.Equal(excursions, actual);
    }

    private async Task<Place> AnotherProbeAsync(Place place)
    {
        var id = Guid.CreateVersion7();
        var devEui = Convert.ToHexString(id.ToByteArray()[8..]);
        await stage.Data.RunAsync(
            "insert into lora_sensors (id, organization_id, unit_id, dev_eui, ttn_device_id, name) values "
                + $"('{id}', '{place.Organization}', '{place.Unit}', '{devEui}', 'sensor-{devEui}', 'Second')",
            Cancel
        );
        return place with { Sensor = id, DevEui = devEui, DeviceId = $"sensor-{devEui}" };
    }
}
