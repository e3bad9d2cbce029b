using FreshTrack.Api.Notifications;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>What the move left behind is one message to each of those who would have been told.</summary>
public sealed class DigestTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Api.Data;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        await Data.ForgetHoldAsync(Cancel);
        await stage.HoldAsync(Cancel);
    }

    public async ValueTask DisposeAsync() => await Data.ForgetHoldAsync(Cancel);

    [Fact]
    public async Task Moved_alerts_are_one_message_to_each_member_and_none_of_them_is_told_again()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.GivenAPersonAsync(place, "bo", Cancel);
        await stage.GivenAPersonAsync(place, "vi", Cancel, role: "viewer");
        await stage.GivenAMovedAlertAsync(place, "freezer off", Cancel, severity: "critical");
        await stage.GivenAMovedAlertAsync(place, "probe broken", Cancel, status: "escalated");
        await stage.GivenAMovedAlertAsync(place, "seen to", Cancel, status: "acknowledged");
        await stage.GivenAMovedAlertAsync(place, "over", Cancel, status: "resolved");

        Assert.Equal(new Release(2, 0, 2, 0), await stage.ReleaseAsync(Cancel));

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest ana@example.com sent, digest bo@example.com sent",
            Cancel
        );
        await stage.LetTimePassAsync(Cancel);
        Assert.Equal(2, stage.Arrived().Count);
        var mail = Assert.Single(stage.Arrived(), message => message.Contains("To: ana@example.com"));
        Assert.Contains("Subject: FreshTrack: 2 alerts from before the move, 1 of them critical", mail);
        Assert.True(
            mail.IndexOf("CRITICAL freezer off", StringComparison.Ordinal)
                < mail.IndexOf("WARNING probe broken", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("seen to", mail);
        Assert.DoesNotContain("over\r\n", mail);
        Assert.Equal(
            "sent 4",
            await Data.TextAsync(
                "select concat(status, ' ', count(*)) from notification_deliveries group by status order by status",
                Cancel
            )
        );
        Assert.Equal(
            "digest 2",
            await Data.TextAsync(
                "select concat(last_notified_reason, ' ', count(*)) from alerts "
                    + "where alert_type = 'sensor_fault' and last_notified_reason is not null "
                    + "group by last_notified_reason",
                Cancel
            )
        );
        Assert.Equal(
            "digest 2, digest 2",
            await Data.TextAsync(
                "select string_agg(concat_ws(' ', payload ->> 'reason', payload ->> 'alerts'), ', ') from event_logs "
                    + $"where event_type = 'notification.sent' and organization_id = '{place.Organization}'",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Alert_that_was_raised_here_goes_into_the_digest_when_it_is_older_than_the_cutover()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.GivenAWarningAsync(place, Cancel);
        var elsewhere = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(elsewhere, "bo", Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(10));
        var cutover = stage.Api.Clock.GetUtcNow();
        await stage.GivenAWarningAsync(elsewhere, Cancel);
        Assert.Equal(
            "raised ana@example.com pending, raised bo@example.com pending",
            await Data.TextAsync(HoldingSteps.MessagesSql, Cancel)
        );

        Assert.Equal(new Release(1, 0, 1, 1), await stage.ReleaseAsync(Cancel, cutoverPoint: cutover));

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest ana@example.com sent, raised bo@example.com sent",
            Cancel
        );
        Assert.Equal(
            "sent, sent",
            await Data.TextAsync("select string_agg(status::text, ', ') from notification_deliveries", Cancel)
        );
    }

    [Fact]
    public async Task Digest_tells_each_recipient_of_what_they_would_have_been_told_of()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var other = Guid.CreateVersion7();
        await Data.RunAsync(
            $"insert into units (id, area_id, name) values ('{other}', '{place.Area}', 'Other');"
                + $"update units set checkin_interval_minutes = 5040 where id = '{other}'",
            Cancel
        );
        await stage.GivenAPersonAsync(place, "all", Cancel);
        await stage.GivenAPersonAsync(place, "one", Cancel, profile: $"unit_id = '{place.Unit}'");
        await stage.GivenAMovedAlertAsync(place, "mine", Cancel);
        await stage.GivenAMovedAlertAsync(place with { Unit = other }, "yours", Cancel);

        await stage.ReleaseAsync(Cancel);

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest all@example.com sent, digest one@example.com sent",
            Cancel
        );
        var one = Assert.Single(stage.Mail.Messages, message => message.Contains("To: one@example.com"));
        Assert.Contains("1 alert from before the move", one);
        Assert.DoesNotContain("yours", one);
        var all = Assert.Single(stage.Mail.Messages, message => message.Contains("To: all@example.com"));
        Assert.Contains("2 alerts from before the move", all);
    }

    [Fact]
    public async Task Digest_goes_to_the_contacts_whose_turn_it_was()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "member", Cancel);
        await Data.GivenContactsAsync(place, Cancel, "first", "second");
        await stage.GivenAMovedAlertAsync(place, "one", Cancel);
        var second = await stage.GivenAMovedAlertAsync(place, "two", Cancel, status: "escalated");
        await Data.RunAsync($"update alerts set escalation_level = 1 where id = '{second}'", Cancel);

        await stage.ReleaseAsync(Cancel);
        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest first@example.com sent, digest second@example.com sent",
            Cancel
        );
        await stage.LetTimePassAsync(Cancel);

        Assert.Equal(2, stage.Arrived().Count);
    }

    [Fact]
    public async Task Digest_waits_for_quiet_hours_to_end_and_leaves_out_what_was_acknowledged_by_then()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var (from, to) = (stage.Api.Clock.GetUtcNow().AddHours(-1), stage.Api.Clock.GetUtcNow().AddHours(1));
        await stage.GivenAPersonAsync(
            place,
            "asleep",
            Cancel,
            profile: $"quiet_hours_enabled = true, quiet_hours_start = '{from:HH:mm}', "
                + $"quiet_hours_end = '{to:HH:mm}', quiet_hours_timezone = 'UTC'"
        );
        var one = await stage.GivenAMovedAlertAsync(place, "seen to", Cancel);
        await stage.GivenAMovedAlertAsync(place, "still there", Cancel);
        await stage.ReleaseAsync(Cancel);
        await stage.LetTimePassAsync(Cancel);
        Assert.Equal("digest asleep@example.com pending", await Data.TextAsync(HoldingSteps.MessagesSql, Cancel));
        var token = await stage.Api.SignInAsAsync("owner", place.Organization, Cancel);
        await stage.Api.Client.PostAsync($"/api/orgs/{place.Organization}/alerts/{one}/acknowledge", token, Cancel);

        stage.Api.Clock.Advance(TimeSpan.FromHours(1));

        await Data.UntilAsync(HoldingSteps.MessagesSql, "digest asleep@example.com sent", Cancel);
        var mail = Assert.Single(stage.Arrived());
        Assert.Contains("still there", mail);
        Assert.DoesNotContain("seen to", mail);
    }

    [Fact]
    public async Task Digest_of_which_nothing_is_left_is_not_sent()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.GivenAMovedAlertAsync(place, "over soon", Cancel);
        stage.Mail.Answer = command => command == "RCPT" ? "450 try again" : null;
        await stage.ReleaseAsync(Cancel);
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", "pending 1", Cancel);
        await Data.RunAsync("update alerts set status = 'resolved'", Cancel);
        stage.Mail.Clear();

        stage.Api.Clock.Advance(TimeSpan.FromMinutes(1));

        await Data.UntilAsync(HoldingSteps.MessagesSql, "digest ana@example.com failed", Cancel);
        Assert.Empty(stage.Mail.Messages);
    }

    [Fact]
    public async Task Digest_that_no_contact_took_goes_to_the_members_and_their_refusal_is_the_end()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await Data.GivenContactsAsync(place, Cancel, "gone");
        await stage.GivenAMovedAlertAsync(place, "one", Cancel);
        await stage.GivenAMovedAlertAsync(place, "two", Cancel);
        stage.Mail.Answer = command => command == "RCPT" ? "550 no such user" : null;

        await stage.ReleaseAsync(Cancel);

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest ana@example.com failed, digest gone@example.com failed",
            Cancel
        );
        stage.Mail.Clear();
        await stage.LetTimePassAsync(Cancel);
        Assert.Equal(
            "digest ana@example.com failed, digest gone@example.com failed",
            await Data.TextAsync(HoldingSteps.MessagesSql, Cancel)
        );
        Assert.Empty(stage.Arrived());
        Assert.Equal(
            "2 2 The mail server answered 550.",
            await Data.TextAsync(
                "select concat_ws(' ', count(*), max(payload ->> 'alerts'), max(payload ->> 'error')) from event_logs "
                    + $"where event_type = 'notification.failed' and organization_id = '{place.Organization}'",
                Cancel
            )
        );
        Assert.Equal(
            "failed",
            await Data.TextAsync("select string_agg(distinct status::text, ',') from notification_deliveries", Cancel)
        );
    }

    [Fact]
    public async Task Moved_alert_that_can_reach_nobody_is_an_event()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAMovedAlertAsync(place, "unheard", Cancel);

        Assert.Equal(new Release(1, 1, 0, 0), await stage.ReleaseAsync(Cancel));

        Assert.Equal("notification.failed", await Data.TextAsync(AlertSteps.EventsSql, Cancel));
        Assert.Contains(
            "Nobody could be reached",
            await Data.TextAsync("select payload ->> 'error' from event_logs", Cancel)
        );
    }

    [Fact]
    public async Task Digest_handed_over_without_an_answer_is_not_sent_again_and_its_alerts_go_to_the_members()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await Data.GivenContactsAsync(place, Cancel, "first");
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.GivenAMovedAlertAsync(place, "one", Cancel);
        stage.Mail.Answer = command => command == "." && stage.Mail.Attempts == 1 ? "" : null;

        await stage.ReleaseAsync(Cancel);

        await Data.UntilAsync(
            HoldingSteps.MessagesSql,
            "digest ana@example.com sent, digest first@example.com failed",
            Cancel
        );
        await stage.LetTimePassAsync(Cancel);
        Assert.Single(stage.Arrived(), message => message.Contains("To: first@example.com"));
        Assert.Single(stage.Arrived(), message => message.Contains("To: ana@example.com"));
    }
}
