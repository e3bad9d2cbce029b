namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>Units that are out of use: nothing about them is kept, told or made up for later.</summary>
public sealed class UnwatchedUnitTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Excursion_of_a_unit_that_was_out_of_use_is_not_raised_when_it_is_used_again()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.ReportAsync(place, -300, Cancel, temperature: 3m);
        await stage.Data.JudgedAsync(Cancel);
        await UseAsync(place, isActive: false);
        await stage.Data.UntilAsync("select count(*)::text from api.unit_watch", "0", Cancel);
        foreach (var (minute, temperature) in ((int, decimal)[])[(-200, 25m), (-150, 25m), (-100, 3m), (-50, 3m)])
        {
            await stage.ReportAsync(place, minute, Cancel, temperature: temperature);
        }

        await UseAsync(place, isActive: true);

        await stage.Data.JudgedAsync(Cancel);
        Assert.Equal("", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
    }

    [Fact]
    public async Task Late_readings_of_a_unit_that_is_out_of_use_are_not_kept_waiting()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.ReportAsync(place, -30, Cancel, temperature: 3m);
        await UseAsync(place, isActive: false);

        // As an import leaves it: nobody tells the watch.
        await stage.Data.RunAsync(
            "insert into sensor_readings (unit_id, temperature, recorded_at) "
                + $"values ('{place.Unit}', 3, '{stage.Clock.GetUtcNow().AddHours(-1):O}')",
            Cancel
        );

        await stage.Data.UntilAsync("select count(*)::text from api.late_readings", "0", Cancel);
    }

    [Fact]
    public async Task Alert_of_a_unit_that_is_out_of_use_is_not_escalated()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        var other = await stage.GivenAPatientUnitAsync(Cancel);
        foreach (var somewhere in (Place[])[place, other])
        {
            await stage.Data.RunAsync(
                "insert into escalation_contacts (organization_id, name, email, priority, notification_channels) "
                    + $"select '{somewhere.Organization}', 'c' || n, 'c@example.com', n, '{{email}}' "
                    + "from generate_series(1, 2) n; "
                    + "insert into alerts (unit_id, organization_id, alert_type, severity, title, next_escalation_at) "
                    + $"values ('{somewhere.Unit}', '{somewhere.Organization}', 'low_battery', 'warning', 'Old', "
                    + $"'{stage.Clock.GetUtcNow().AddMinutes(1):O}')",
                Cancel
            );
        }

        await UseAsync(place, isActive: false);
        stage.Clock.Advance(TimeSpan.FromMinutes(1));

        await stage.Data.UntilAsync(
            $"select status::text from alerts where unit_id = '{other.Unit}'",
            "escalated",
            Cancel
        );
        // Organizations are handled in the order of their ids: one more round, whichever came first.
        await stage.Data.UntilAsync(
            "select coalesce(string_agg(distinct unit_id::text, ','), '') from event_logs where event_type = 'alert.escalated'",
            $"{other.Unit}",
            Cancel
        );
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal(
            "active",
            await stage.Data.TextAsync($"select status from alerts where unit_id = '{place.Unit}'", Cancel)
        );
    }

    [Fact]
    public async Task Rule_without_any_patience_does_not_interrupt_between_two_readings()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.Data.RunAsync(
            "insert into alert_rules (unit_id, expected_reading_interval_seconds, offline_trigger_additional_minutes) "
                + $"values ('{place.Unit}', 0, 0)",
            Cancel
        );
        for (var i = 0; i < 3; i++)
        {
            await stage.ReportAsync(place, 0, Cancel, temperature: 3m);
            await stage.Data.JudgedAsync(Cancel);
            stage.Clock.Advance(TimeSpan.FromSeconds(50));
        }

        Assert.Equal("", await stage.Data.TextAsync(AlertSteps.AlertsSql, Cancel));
    }

    private Task UseAsync(Place place, bool isActive) =>
        stage.Data.RunAsync($"update units set is_active = {isActive} where id = '{place.Unit}'", Cancel);
}
