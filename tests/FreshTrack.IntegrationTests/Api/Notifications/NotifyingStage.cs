using FreshTrack.Api.Notifications;
using FreshTrack.IntegrationTests.Api.Alerts;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>The API with a mail server and Telnyx beside it.</summary>
public sealed class NotifyingStage : IAsyncLifetime
{
    public NotifyingStage(Servers servers) =>
        Api = new ApiStage(servers)
        {
            Configure = options =>
                options with
                {
                    Smtp = new SmtpOptions
                    {
                        Host = "127.0.0.1",
                        Port = Mail.Port,
                        From = "alerts@freshtrack.test",
                        Timeout = TimeSpan.FromSeconds(5),
                    },
                    Telnyx = new TelnyxOptions
                    {
                        Url = Telnyx.Url,
                        Key = "KEY-of-telnyx",
                        From = "+15550100100",
                        Timeout = TimeSpan.FromSeconds(5),
                    },
                },
        };

    public ApiStage Api { get; }

    internal MailServer Mail { get; } = new();

    internal TelnyxServer Telnyx { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Mail.Start();
        await Telnyx.StartAsync(TestContext.Current.CancellationToken);
        await Api.InitializeAsync();
    }

    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await Api.ResetAsync(cancellationToken);
        Mail.Clear();
        Telnyx.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await Mail.DisposeAsync();
        await Telnyx.DisposeAsync();
    }

    /// <summary>A member with a profile, and what else is to be set in it.</summary>
    internal async Task<Guid> GivenAPersonAsync(
        Place place,
        string name,
        CancellationToken cancellationToken,
        string role = "manager",
        string profile = ""
    )
    {
        var id = Guid.CreateVersion7();
        await Api.Data.RunAsync(
            $"""
            insert into users (id, email) values ('{id}', '{name}@example.com');
            insert into user_roles (user_id, organization_id, role) values ('{id}', '{place.Organization}', '{role}');
            insert into profiles (user_id, organization_id, email)
            values ('{id}', '{place.Organization}', '{name}@example.com');
            {(profile.Length == 0 ? "" : $"update profiles set {profile} where user_id = '{id}'")}
            """,
            cancellationToken
        );
        return id;
    }

    /// <summary>A battery that reports too little: a warning, raised at once.</summary>
    internal async Task<Guid> GivenAWarningAsync(Place place, CancellationToken cancellationToken)
    {
        await Api.ReportAsync(place, 0, cancellationToken, battery: 5);
        await Api.Data.UntilAsync(
            $"select count(*)::text from alerts where unit_id = '{place.Unit}'",
            "1",
            cancellationToken
        );
        return await Api.Data.ValueAsync<Guid>(
            $"select id from alerts where unit_id = '{place.Unit}'",
            cancellationToken
        );
    }
}
