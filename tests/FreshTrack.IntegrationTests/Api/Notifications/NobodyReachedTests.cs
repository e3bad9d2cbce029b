using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>An alert reaches somebody, or it is written down that it reached nobody.</summary>
public sealed class NobodyReachedTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private const string ToldSql = """
        select coalesce(string_agg(coalesce(k.email, p.email), ', ' order by coalesce(k.email, p.email)), '')
        from api.outbox o
        left join escalation_contacts k on k.id = o.contact_id
        left join profiles p on p.user_id = o.user_id
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Api.Data;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Step_that_reaches_nobody_hands_the_alert_to_the_next_one_at_once()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "member", Cancel);
        await ContactsAsync(place, ("push", 1, "{push}"), ("blank", 2, "{sms}"), ("third", 3, "{email}"));

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(ToldSql, "third@example.com", Cancel);
        Assert.Equal("2", await Data.TextAsync("select escalation_level::text from alerts", Cancel));
    }

    [Fact]
    public async Task Alert_that_reaches_no_contact_is_told_to_the_members()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        foreach (var role in (string[])["owner", "admin", "manager", "staff", "viewer"])
        {
            await stage.GivenAPersonAsync(place, role, Cancel, role);
        }

        await ContactsAsync(place, ("push", 1, "{push}"));

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(
            ToldSql,
            "admin@example.com, manager@example.com, owner@example.com, staff@example.com",
            Cancel
        );
    }

    [Fact]
    public async Task Alert_that_reaches_nobody_is_an_event_and_counted()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await ContactsAsync(place, ("push", 1, "{push}"));
        var before = await CountedAsync();

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(AlertSteps.EventsSql, "alert.raised, notification.failed", Cancel);
        Assert.Contains(
            "Nobody could be reached",
            await Data.TextAsync(
                "select payload ->> 'error' from event_logs where event_type = 'notification.failed'",
                Cancel
            )
        );
        // Every API of this process counts together.
        Assert.True(await CountedAsync() > before, "It was not counted.");
    }

    [Fact]
    public async Task Escalation_that_reaches_nobody_is_told_to_the_members()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "owner", Cancel, role: "owner");
        await ContactsAsync(place, ("first", 1, "{email}"), ("push", 2, "{push}"));
        await stage.GivenAWarningAsync(place, Cancel);
        await Data.UntilAsync(ToldSql, "first@example.com", Cancel);

        stage.Api.Clock.Advance(TimeSpan.FromMinutes(15));

        await Data.UntilAsync(ToldSql, "first@example.com, owner@example.com", Cancel);
    }

    [Theory]
    [InlineData("stranger", "away@example.com")]
    [InlineData("viewer", "alternate@example.com")]
    [InlineData("deleted", "away@example.com")]
    [InlineData("banned", "away@example.com")]
    [InlineData("away too", "away@example.com")]
    [InlineData("without an address", "away@example.com")]
    public async Task Alternate_stands_in_only_within_the_organization(string alternate, string told)
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var home = alternate == "stranger" ? await stage.Api.GivenAPatientUnitAsync(Cancel) : place;
        var other = await stage.GivenAPersonAsync(home, "alternate", Cancel, role: "viewer");
        var away = await stage.GivenAPersonAsync(place, "away", Cancel);
        await Data.RunAsync(
            $"update profiles set vacation_mode = true, vacation_alternate_user_id = "
                + $"'{other}' where user_id = '{away}'; "
                + alternate switch
                {
                    "deleted" => $"update users set deleted_at = now() where id = '{other}'",
                    "banned" => $"update users set banned_until = '9999-01-01' where id = '{other}'",
                    "without an address" => $"update profiles set email = ' ' where user_id = '{other}'",
                    "away too" => $"update profiles set vacation_mode = true where user_id = '{other}'",
                    _ => "",
                },
            Cancel
        );

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(ToldSql, told, Cancel);
    }

    /// <remarks>The alternate of a contact is told at the profile's address, the contact at their own.</remarks>
    [Theory]
    [InlineData("other", "alternate@example.com")]
    [InlineData("self", "on-call@example.com")]
    public async Task Contact_who_names_themselves_has_no_alternate(string alternate, string told)
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var away = await stage.GivenAPersonAsync(place, "away", Cancel);
        var other = await stage.GivenAPersonAsync(place, "alternate", Cancel, role: "viewer");
        await ContactsAsync(place, ("on-call", 1, "{email}"));
        await Data.RunAsync(
            $"update escalation_contacts set user_id = '{away}'; "
                + "update profiles set vacation_mode = true, vacation_alternate_user_id = "
                + $"'{(alternate == "self" ? away : other)}' where user_id = '{away}'",
            Cancel
        );

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync(ToldSql, told, Cancel);
    }

    [Fact]
    public async Task Members_are_told_when_no_message_to_the_last_contacts_was_taken()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "owner", Cancel, role: "owner");
        await ContactsAsync(place, ("gone", 1, "{email}"));
        stage.Mail.Answer = command =>
            command == "RCPT" && stage.Mail.Attempts == 1 ? "550 <gone@example.com>: no such user" : null;

        await stage.GivenAWarningAsync(place, Cancel);

        await Data.UntilAsync("select string_agg(state, ', ' order by state) from api.outbox", "failed, sent", Cancel);
        Assert.Equal("gone@example.com, owner@example.com", await Data.TextAsync(ToldSql, Cancel));
    }

    [Fact]
    public async Task Moved_alerts_whose_escalation_was_due_long_ago_get_their_delay_again()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await ContactsAsync(place, ("first", 1, "{email}"), ("second", 2, "{email}"));
        var now = stage.Api.Clock.GetUtcNow();
        await Data.RunAsync(
            "insert into alerts (unit_id, organization_id, alert_type, title, next_escalation_at) "
                + $"select '{place.Unit}', '{place.Organization}', 'sensor_fault', 'moved', '{now.AddDays(-1):O}' "
                + "from generate_series(1, 5)",
            Cancel
        );

        await Data.UntilAsync(
            "select string_agg(distinct (extract(epoch from next_escalation_at - "
                + $"'{now:O}') / 60)::integer::text, ',') from alerts",
            "15",
            Cancel
        );
        Assert.Equal("", await Data.TextAsync(ToldSql, Cancel));

        stage.Api.Clock.Advance(TimeSpan.FromMinutes(15));
        await Data.UntilAsync("select count(*)::text from api.outbox", "5", Cancel);
    }

    [Fact]
    public async Task Excursion_that_is_over_when_its_readings_arrive_is_told_as_late()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await ReportAsync(place, -600, 3m);
        await ReportAsync(place, -1, 3m);
        await ReportAsync(place, -280, 3m);

        foreach (var minute in (int[])[-300, -290])
        {
            await ReportAsync(place, minute, 9m);
        }

        await Data.UntilAsync(
            "select string_agg(concat_ws(' ', reason, state), ', ') from api.outbox",
            "raised late sent",
            Cancel
        );
        Assert.Contains("(reported late)", Assert.Single(stage.Mail.Messages));
    }

    private async Task ReportAsync(Place place, int minute, decimal temperature)
    {
        await stage.Api.ReportAsync(place, minute, Cancel, temperature);
        await Data.JudgedAsync(Cancel);
    }

    private async Task<double> CountedAsync()
    {
        var metrics = await stage.Api.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
        return metrics
            .Split('\n')
            .Where(line => line.StartsWith("freshtrack_alerts_reached_nobody_total ", StringComparison.Ordinal))
            .Select(line => double.Parse(line.Split(' ')[1]))
            .SingleOrDefault();
    }

    private Task ContactsAsync(Place place, params (string Name, int Priority, string Channels)[] contacts) =>
        Data.RunAsync(
            "insert into escalation_contacts (organization_id, name, email, priority, notification_channels) values "
                + string.Join(
                    ", ",
                    contacts.Select(c =>
                        $"('{place.Organization}', '{c.Name}', '{c.Name}@example.com', {c.Priority}, '{c.Channels}')"
                    )
                ),
            Cancel
        );
}
