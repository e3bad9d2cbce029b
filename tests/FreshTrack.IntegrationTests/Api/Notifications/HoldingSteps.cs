using FreshTrack.Api.Notifications;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>What tests of held notifications do.</summary>
internal static class HoldingSteps
{
    /// <summary>Messages by what they are about and to whom, in alphabetical order; without those of
    /// <see cref="LetTimePassAsync"/>.</summary>
    public const string MessagesSql = """
        select coalesce(string_agg(concat_ws(' ', o.reason, coalesce(k.email, p.email), o.state), ', '
          order by o.reason, coalesce(k.email, p.email), o.state), '')
        from api.outbox o
        left join escalation_contacts k on k.id = o.contact_id
        left join profiles p on p.user_id = o.user_id
        where coalesce(k.email, p.email) not like 'clock-%'
        """;

    private static readonly string[] Channels = ["email", "sms"];

    /// <summary>As before anybody held anything.</summary>
    public static Task ForgetHoldAsync(this NpgsqlDataSource data, CancellationToken cancellationToken) =>
        data.RunAsync("delete from api.notification_hold", cancellationToken);

    public static Task<bool> HoldAsync(
        this NotifyingStage stage,
        CancellationToken cancellationToken,
        Place? canary = null
    ) =>
        NotificationHold.HoldAsync(
            stage.Api.Data,
            canary?.Organization,
            stage.Api.Clock.GetUtcNow().UtcDateTime,
            cancellationToken
        );

    /// <summary>With the clock's start for the cutover point, unless another one is given.</summary>
    /// <param name="session">What PostgreSQL knows the session as.</param>
    public static async Task<Release?> ReleaseAsync(
        this NotifyingStage stage,
        CancellationToken cancellationToken,
        string session = "release",
        DateTimeOffset? cutoverPoint = null
    )
    {
        await using var data = NpgsqlDataSource.Create($"{stage.Api.Database};Application Name={session}");
        return await NotificationHold.ReleaseAsync(
            data,
            (cutoverPoint ?? stage.Api.Clock.GetUtcNow()).UtcDateTime,
            Channels,
            stage.Api.Clock.GetUtcNow().UtcDateTime,
            cancellationToken
        );
    }

    /// <summary>Contacts that are told one after the other.</summary>
    public static async Task GivenContactsAsync(
        this NpgsqlDataSource data,
        Place place,
        CancellationToken cancellationToken,
        params IEnumerable<string> names
    )
    {
        foreach (var (priority, name) in names.Index())
        {
            await data.RunAsync(
                "insert into escalation_contacts (organization_id, name, email, priority) values "
                    + $"('{place.Organization}', '{name}', '{name}@example.com', {priority})",
                cancellationToken
            );
        }
    }

    /// <summary>An alert of the system that was left, whose next escalation was due long ago.</summary>
    public static async Task<Guid> GivenAMovedAlertAsync(
        this NotifyingStage stage,
        Place place,
        string title,
        CancellationToken cancellationToken,
        string severity = "warning",
        string status = "active",
        int minutesAgo = 300
    )
    {
        var id = Guid.CreateVersion7();
        var at = stage.Api.Clock.GetUtcNow().AddMinutes(-minutesAgo);
        await stage.Api.Data.RunAsync(
            $"""
            insert into alerts (
              id, unit_id, site_id, organization_id, alert_type, severity, status, title,
              triggered_at, next_escalation_at)
            values (
              '{id}', '{place.Unit}', '{place.Site}', '{place.Organization}', 'sensor_fault',
              '{severity}', '{status}', '{title}', '{at:O}', '{at.AddMinutes(15):O}')
            """,
            cancellationToken
        );
        return id;
    }

    /// <summary>Lets 16 minutes go by, and whatever was due by then happen: contacts of an organization that is not
    /// held are told one after the other meanwhile.</summary>
    public static async Task LetTimePassAsync(
        this NotifyingStage stage,
        CancellationToken cancellationToken,
        Place? canary = null
    )
    {
        var place = canary ?? await stage.Api.GivenAPatientUnitAsync(cancellationToken);
        await stage.Api.Data.GivenContactsAsync(place, cancellationToken, "clock-1", "clock-2");
        await stage.GivenAWarningAsync(place, cancellationToken);
        await ToldAsync("1");
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(16));
        await ToldAsync("2");

        Task ToldAsync(string count) =>
            stage.Api.Data.UntilAsync(
                "select count(*)::text from api.outbox "
                    + $"where organization_id = '{place.Organization}' and state = 'sent'",
                count,
                cancellationToken
            );
    }

    /// <summary>What arrived, without what only shows that time goes by.</summary>
    public static IReadOnlyList<string> Arrived(this NotifyingStage stage) =>
        [.. stage.Mail.Messages.Where(message => !message.Contains("To: clock-"))];
}
