using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Alerts;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>While notifications are held, alerts are raised and nobody but the canary organization is told.</summary>
public sealed class HeldNotificationTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Api.Data;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        await Data.ForgetHoldAsync(Cancel);
    }

    public async ValueTask DisposeAsync() => await Data.ForgetHoldAsync(Cancel);

    [Fact]
    public async Task Alert_is_raised_and_told_to_nobody_but_the_canary_and_does_not_escalate()
    {
        var canary = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await Data.GivenContactsAsync(place, Cancel, "first", "second");
        Assert.True(await stage.HoldAsync(Cancel, canary));
        Assert.False(await stage.HoldAsync(Cancel, canary));

        var alert = await stage.GivenAWarningAsync(place, Cancel);
        var moved = await stage.GivenAMovedAlertAsync(place, "moved", Cancel);
        var before = await Data.TextAsync($"select a::text from alerts a where id in ('{alert}', '{moved}')", Cancel);
        await stage.LetTimePassAsync(Cancel, canary);

        Assert.Equal("raised first@example.com pending", await Data.TextAsync(HoldingSteps.MessagesSql, Cancel));
        Assert.Empty(stage.Arrived());
        Assert.Equal(2, stage.Mail.Messages.Count);
        Assert.Equal(
            "active 0, active 0",
            await Data.TextAsync(
                "select string_agg(concat_ws(' ', status, escalation_level), ', ') from alerts "
                    + $"where id in ('{alert}', '{moved}')",
                Cancel
            )
        );
        Assert.Equal(
            before,
            await Data.TextAsync($"select a::text from alerts a where id in ('{alert}', '{moved}')", Cancel)
        );
        Assert.Equal(
            "alert.raised",
            await Data.TextAsync(
                "select string_agg(event_type, ', ') from event_logs "
                    + $"where organization_id = '{place.Organization}' and category = 'alert'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task What_waited_goes_out_once_at_the_release_and_escalates_from_then_on()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await Data.GivenContactsAsync(place, Cancel, "first", "second");
        await stage.HoldAsync(Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(1));
        await stage.GivenAWarningAsync(place, Cancel);
        // Its contacts would have had their quarter of an hour.
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(17));

        var release = await stage.ReleaseAsync(Cancel, cutoverPoint: stage.Api.Clock.GetUtcNow().AddMinutes(-18));

        Assert.Equal(new(0, 0, 0, 1), release);
        await Data.UntilAsync(HoldingSteps.MessagesSql, "raised first@example.com sent", Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(14));
        await Data.JudgedAsync(Cancel);
        Assert.Equal(
            $"{stage.Api.Clock.GetUtcNow().AddMinutes(1):HH:mm}",
            await Data.TextAsync("select to_char(next_escalation_at at time zone 'UTC', 'HH24:MI') from alerts", Cancel)
        );
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(1));
        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "escalated 1 second@example.com sent, raised first@example.com sent",
            Cancel
        );
        Assert.Equal(2, stage.Mail.Messages.Count);
    }

    [Fact]
    public async Task What_waited_respects_the_quiet_hours_that_began_meanwhile()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var (from, to) = (stage.Api.Clock.GetUtcNow().AddHours(1), stage.Api.Clock.GetUtcNow().AddHours(8));
        await stage.GivenAPersonAsync(
            place,
            "asleep",
            Cancel,
            profile: $"quiet_hours_enabled = true, quiet_hours_start = '{from:HH:mm}', "
                + $"quiet_hours_end = '{to:HH:mm}', quiet_hours_timezone = 'UTC'"
        );
        await stage.GivenAPersonAsync(place, "awake", Cancel);
        await stage.HoldAsync(Cancel);
        var start = stage.Api.Clock.GetUtcNow();
        await stage.GivenAWarningAsync(place, Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromHours(2));

        await stage.ReleaseAsync(Cancel, cutoverPoint: start.AddMinutes(-1));

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "raised asleep@example.com pending, raised awake@example.com sent",
            Cancel
        );
        stage.Api.Clock.Advance(TimeSpan.FromHours(6));
        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "raised asleep@example.com sent, raised awake@example.com sent",
            Cancel
        );
    }

    [Fact]
    public async Task Instance_that_is_told_to_hold_does_so_for_all_until_the_release_and_not_after_it()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await using (var holding = await StartHoldingAsync())
        {
            await Data.UntilAsync("select is_on::text from api.notification_hold", "true", Cancel);
            await stage.GivenAWarningAsync(place, Cancel);
            // Both instances have looked for what to send since.
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancel);
            Assert.Empty(stage.Mail.Messages);
            var (_, health) = await stage.Api.Client.ReadAsync("/health", token: null, Cancel);
            Assert.True(health["notifications_held"]!.GetValue<bool>());

            await stage.ReleaseAsync(Cancel, cutoverPoint: ApiStage.Start.AddYears(-1));
            await Data.UntilAsync(HoldingSteps.MessagesSql, "raised ana@example.com sent", Cancel);
            await holding.StopAsync(Cancel);
        }

        await using var again = await StartHoldingAsync();
        var elsewhere = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(elsewhere, "bo", Cancel);
        await stage.GivenAWarningAsync(elsewhere, Cancel);
        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "raised ana@example.com sent, raised bo@example.com sent",
            Cancel
        );
        await again.StopAsync(Cancel);
    }

    private async Task<WebApplication> StartHoldingAsync()
    {
        var api = FreshTrackApi.Build(
            stage.Api.Configure(stage.Api.Options(stage.Api.Database)) with
            {
                HoldNotifications = true,
            }
        );
        await api.StartAsync(Cancel);
        return api;
    }
}
