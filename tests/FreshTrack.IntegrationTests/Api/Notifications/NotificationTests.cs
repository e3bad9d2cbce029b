using System.Text.Json.Nodes;
using FreshTrack.Api.Notifications;
using FreshTrack.Api.Operations;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

public sealed class NotificationTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private const string DeliveriesSql = """
        select string_agg(concat_ws(' ', p.email, d.channel, d.status, d.retry_count), ', ' order by p.email, d.channel)
        from notification_deliveries d join profiles p on p.user_id = d.user_id
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Api.Data;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Alert_reaches_each_member_once_by_their_preferences_and_each_delivery_is_recorded()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(
            place,
            "ana",
            Cancel,
            profile: """notification_preferences = '{"email": true, "sms": true}', phone = '+1 (555) 010-0199'"""
        );
        await stage.GivenAPersonAsync(place, "bo", Cancel, profile: "notification_preferences = null");
        await stage.GivenAPersonAsync(
            place,
            "cy",
            Cancel,
            profile: """notification_preferences = '{"email": false}'"""
        );
        await stage.GivenAPersonAsync(place, "vi", Cancel, role: "viewer");
        await Data.RunAsync("update units set name = E'Cooler\\r\\nBcc: eve@example.com'", Cancel);

        var alert = await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(
            DeliveriesSql,
            "ana@example.com email sent 0, ana@example.com sms sent 0, bo@example.com email sent 0",
            Cancel
        );
        Assert.Equal(2, stage.Mail.Messages.Count);
        var mail = Assert.Single(stage.Mail.Messages, message => message.Contains("To: ana@example.com"));
        var delivery = await Data.ValueAsync<Guid>(
            "select d.id from notification_deliveries d "
                + "join profiles p using (user_id) where p.email = 'ana@example.com' and d.channel = 'email'",
            Cancel
        );
        Assert.Contains($"Message-Id: <{delivery:N}@freshtrack.test>", mail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\nBcc:", mail, StringComparison.OrdinalIgnoreCase);
        var sms = Assert.Single(stage.Telnyx.Requests);
        Assert.Equal(
            ("Bearer KEY-of-telnyx", "+15550100199"),
            (sms.Authorization, JsonNode.Parse(sms.Body)!["to"]!.GetValue<string>())
        );
        Assert.Equal(
            "notification.sent 3",
            await Data.TextAsync(
                "select concat(event_type, ' ', count(*)) from event_logs "
                    + $"where payload ->> 'alert_id' = '{alert}' and event_type like 'notif%' group by event_type",
                Cancel
            )
        );
        Assert.Equal(
            "0",
            await Data.TextAsync("select count(*) from event_logs where payload::text like '%example.com%'", Cancel)
        );
        Assert.Equal("raised", await Data.TextAsync("select last_notified_reason from alerts", Cancel));
    }

    [Fact]
    public async Task Contacts_are_told_by_priority_the_next_ones_after_a_quarter_of_an_hour_without_acknowledgement()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "member", Cancel);
        await Data.RunAsync(
            $$"""
            insert into escalation_contacts (
              organization_id, name, email, priority, notification_channels, is_active)
            values
              ('{{place.Organization}}', 'first', 'first@example.com', 1, '{email}', true),
              ('{{place.Organization}}', 'off', 'off@example.com', 1, '{email}', false),
              ('{{place.Organization}}', 'second', 'second@example.com', 5, '{}', true),
              ('{{place.Organization}}', 'third', 'third@example.com', 9, '{push,email}', true)
            """,
            Cancel
        );
        var alert = await stage.GivenAWarningAsync(place, Cancel);
        await ReachedAsync("first");

        stage.Api.Clock.Advance(TimeSpan.FromMinutes(15));
        await ReachedAsync("first", "second");
        Assert.Equal(
            "escalated 1",
            await Data.TextAsync(
                $"select concat_ws(' ', status, escalation_level) from alerts where id = '{alert}'",
                Cancel
            )
        );
        var token = await stage.Api.SignInAsAsync("owner", place.Organization, Cancel);
        await stage.Api.Client.PostAsync($"/api/orgs/{place.Organization}/alerts/{alert}/acknowledge", token, Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(16));

        // By the time that this is sent, the third would have been told.
        var elsewhere = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(elsewhere, "elsewhere", Cancel);
        await stage.GivenAWarningAsync(elsewhere, Cancel);
        await ReachedAsync("first", "second", "elsewhere");
    }

    [Fact]
    public async Task Quiet_hours_put_a_warning_off_and_let_a_critical_alert_through_and_vacation_names_an_alternate()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var (from, to) = (stage.Api.Clock.GetUtcNow().AddHours(-1), stage.Api.Clock.GetUtcNow().AddHours(1));
        var alternate = await stage.GivenAPersonAsync(
            place,
            "alternate",
            Cancel,
            profile: "quiet_hours_enabled = true, "
                + $"quiet_hours_start = '{from:HH:mm}', quiet_hours_end = '{to:HH:mm}', quiet_hours_timezone = 'UTC'"
        );
        await stage.GivenAPersonAsync(
            place,
            "away",
            Cancel,
            profile: $"vacation_mode = true, vacation_alternate_user_id = '{alternate}'"
        );
        await stage.GivenAWarningAsync(place, Cancel);
        Assert.Equal("alternate@example.com email pending 0", await Data.TextAsync(DeliveriesSql, Cancel));

        await stage.Api.ReportAsync(place, 1, Cancel, doorOpen: true);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(11));
        await Data.UntilAsync(
            "select string_agg(a.alert_type::text, ',') "
                + "from api.outbox o join alerts a on a.id = o.alert_id where o.state = 'sent'",
            "door_open",
            Cancel
        );
        Assert.Contains("[CRITICAL]", Assert.Single(stage.Mail.Messages));

        stage.Api.Clock.Advance(TimeSpan.FromMinutes(50));
        await Data.UntilAsync(
            "select count(*)::text from api.outbox o "
                + "join alerts a on a.id = o.alert_id where o.state = 'sent' and a.alert_type = 'low_battery'",
            "1",
            Cancel
        );
    }

    [Theory]
    [InlineData("RCPT", "450 try again")]
    [InlineData("MAIL", "421 too busy")]
    [InlineData(".", "451 no room")]
    [InlineData("EHLO", "")]
    public async Task Mail_that_the_server_does_not_take_now_is_tried_again_and_arrives_once(string verb, string answer)
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        stage.Mail.Answer = command => command == verb ? answer : null;
        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", "pending 1", Cancel);
        var before = stage.Mail.Attempts;
        stage.Mail.Clear();

        stage.Api.Clock.Advance(TimeSpan.FromSeconds(29));
        await Task.Delay(TimeSpan.FromMilliseconds(1500), Cancel);
        Assert.Equal((1, 0), (before, stage.Mail.Attempts));
        stage.Api.Clock.Advance(TimeSpan.FromSeconds(1));

        await Data.UntilAsync(DeliveriesSql, "ana@example.com email sent 1", Cancel);
        Assert.Single(stage.Mail.Messages);
    }

    [Fact]
    public async Task Mail_waits_for_a_server_that_is_down()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.Mail.StopAsync();
        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", "pending 1", Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromSeconds(30));
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", "pending 2", Cancel);

        stage.Mail.Start();
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(1));

        await Data.UntilAsync(DeliveriesSql, "ana@example.com email sent 2", Cancel);
    }

    [Fact]
    public async Task Mail_that_the_server_refuses_is_given_up_and_its_alert_goes_on_to_the_next_contact_at_once()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await Data.RunAsync(
            $"insert into escalation_contacts (organization_id, name, email, priority) values ('{place.Organization}', "
                + $"'gone', 'gone@example.com', 1), ('{place.Organization}', 'next', 'next@example.com', 2)",
            Cancel
        );
        stage.Mail.Answer = command =>
            command == "RCPT" && stage.Mail.Attempts == 1 ? "550 <gone@example.com>: no such user" : null;

        await stage.GivenAWarningAsync(place, Cancel);

        await ReachedAsync("next");
        await Data.UntilAsync(
            "select string_agg(concat_ws(' ', state, attempts, error), ', ' order by due_at) from api.outbox",
            "failed 1 The mail server answered 550., sent 1",
            Cancel
        );
    }

    [Fact]
    public async Task Mail_handed_over_without_an_answer_is_not_sent_again()
    {
        var place = await Given.AnOrganizationWithAUnit(stage.Api, Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        stage.Mail.Answer = command => command == "." ? "" : null;

        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync(DeliveriesSql, "ana@example.com email failed 0", Cancel);
        stage.Mail.Answer = _ => null;
        stage.Api.Clock.Advance(TimeSpan.FromHours(1));
        await Data.UntilAsync(
            "select count(*)::text from api.outbox where state = 'sent' "
                + "and alert_id in (select id from alerts where alert_type = 'monitoring_interrupted')",
            "1",
            Cancel
        );

        Assert.Single(stage.Mail.Messages, message => message.Contains("battery"));
        Assert.Contains(
            "may have been sent",
            await Data.TextAsync("select error_message from notification_deliveries where status = 'failed'", Cancel)
        );
    }

    [Fact]
    public async Task What_a_killed_program_was_sending_is_given_up_and_never_sent_twice()
    {
        await GivenADeliveryOfAKilledProgramAsync();

        stage.Api.Clock.Advance(Outbox.Lease);

        await Data.UntilAsync(DeliveriesSql, "ana@example.com email failed 0", Cancel);
        Assert.Empty(stage.Mail.Messages);
    }

    [Fact]
    public async Task Nothing_is_given_up_while_nothing_may_be_written()
    {
        await GivenADeliveryOfAKilledProgramAsync();
        await MaintenanceTable.SetAsync(Data, isOn: true, Cancel, refusesSensors: true);
        try
        {
            // Each instance looks at the switch once a second.
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancel);
            stage.Api.Clock.Advance(Outbox.Lease);
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancel);
            Assert.Equal("sending", await Data.TextAsync("select state from api.outbox", Cancel));
        }
        finally
        {
            await MaintenanceTable.SetAsync(Data, isOn: false, Cancel);
        }

        await Data.UntilAsync(DeliveriesSql, "ana@example.com email failed 0", Cancel);
    }

    [Fact]
    public async Task Two_programs_send_each_delivery_once()
    {
        await using var second = FreshTrack.Api.FreshTrackApi.Build(
            stage.Api.Configure(stage.Api.Options(stage.Api.Database))
        );
        await second.StartAsync(Cancel);
        var places = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => stage.Api.GivenAPatientUnitAsync(Cancel)));
        foreach (var (index, place) in places.Index())
        {
            for (var i = 0; i < 5; i++)
            {
                await stage.GivenAPersonAsync(place, $"p{index}-{i}", Cancel);
            }
        }

        await Task.WhenAll(places.Select(place => stage.GivenAWarningAsync(place, Cancel)));
        await Data.UntilAsync("select count(*)::text from api.outbox where state = 'sent'", "30", Cancel);

        var ids = stage.Mail.Messages.Select(message =>
            message.Split('\n').Single(line => line.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase))
        );
        Assert.Equal((30, 30), (stage.Mail.Messages.Count, ids.Distinct().Count()));
        await second.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(503, "pending", null)]
    [InlineData(429, "pending", null)]
    [InlineData(401, "pending", null)]
    [InlineData(422, "failed", "Telnyx answered 422.")]
    [InlineData(504, "failed", "Telnyx answered 504; the message may have been sent.")]
    [InlineData(0, "failed", "The connection to Telnyx ended before it answered; the message may have been sent.")]
    public async Task Text_message_is_tried_again_only_when_it_surely_was_not_sent(
        int status,
        string state,
        string? error
    )
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(
            place,
            "ana",
            Cancel,
            profile: """notification_preferences = '{"email": false, "sms": true}', phone = '+15550100199'"""
        );
        stage.Telnyx.Status = status;
        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", $"{state} 1", Cancel);
        stage.Telnyx.Status = 200;
        stage.Api.Clock.Advance(TimeSpan.FromSeconds(30));

        if (error is null)
        {
            await Data.UntilAsync(DeliveriesSql, "ana@example.com sms sent 1", Cancel);
            Assert.Equal(2, stage.Telnyx.Requests.Count);
        }
        else
        {
            Assert.Equal(error, await Data.TextAsync("select error_message from notification_deliveries", Cancel));
            Assert.Single(stage.Telnyx.Requests);
        }
    }

    [Fact]
    public async Task Delivery_of_an_alert_that_is_over_is_not_sent_any_more()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        stage.Mail.Answer = command => command == "RCPT" ? "450 try again" : null;
        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync("select concat_ws(' ', state, attempts) from api.outbox", "pending 1", Cancel);
        stage.Mail.Clear();

        await stage.Api.ReportAsync(place, 1, Cancel, battery: 90);
        await Data.UntilAsync("select status::text from alerts", "resolved", Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromSeconds(30));

        await Data.UntilAsync(DeliveriesSql, "ana@example.com email failed 1", Cancel);
        Assert.Empty(stage.Mail.Messages);
    }

    /// <summary>Waits until exactly these have a message, each one.</summary>
    private async Task GivenADeliveryOfAKilledProgramAsync()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var ana = await stage.GivenAPersonAsync(
            place,
            "ana",
            Cancel,
            profile: """notification_preferences = '{"email": false}'"""
        );
        var alert = await stage.GivenAWarningAsync(place, Cancel);
        var now = stage.Api.Clock.GetUtcNow();
        await Data.RunAsync(
            $"""
            insert into notification_deliveries (id, alert_id, user_id, channel)
            values ('{alert}', '{alert}', '{ana}', 'email');
            insert into api.outbox (
              id, organization_id, alert_id, reason, channel, user_id, state, attempts, due_at, claimed_at)
            values (
              '{alert}', '{place.Organization}', '{alert}', 'raised', 'email', '{ana}', 'sending', 1,
              '{now:O}', '{now:O}')
            """,
            Cancel
        );
    }

    private async Task ReachedAsync(params string[] names)
    {
        await Data.UntilAsync("select count(*)::text from api.outbox where state = 'sent'", $"{names.Length}", Cancel);
        Assert.Equal(
            names.Order(),
            stage
                .Mail.Messages.Select(message =>
                    message.Split('\n').First(line => line.StartsWith("To: "))["To: ".Length..].Split('@')[0]
                )
                .Order()
        );
    }
}
