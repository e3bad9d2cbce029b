using FreshTrack.IntegrationTests.Api.Alerts;
using FreshTrack.IntegrationTests.Api.Notifications;

namespace FreshTrack.IntegrationTests.Api.Monitoring;

/// <summary>Every attempt to send is counted by what became of it.</summary>
public sealed class CountedMessagesTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(null, "sent", "sent")]
    [InlineData("550 no such user", "failed", "failed")]
    [InlineData("451 come back later", "deferred", "pending")]
    public async Task Attempt_is_counted(string? answer, string outcome, string state)
    {
        stage.Mail.Answer = command => command == "RCPT" ? answer : null;
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        var before = await CountedAsync(outcome);

        await stage.GivenAWarningAsync(place, Cancel);

        await stage.Api.Data.UntilAsync(
            "select string_agg(state || ' ' || (attempts > 0), ', ') from api.outbox",
            $"{state} true",
            Cancel
        );
        Assert.True(await CountedAsync(outcome) > before, $"'{outcome}' stayed at {before}.");
    }

    [Fact]
    public async Task Message_that_a_program_left_behind_is_counted_as_abandoned()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        var before = await CountedAsync("abandoned");
        var claimed = stage.Api.Clock.GetUtcNow().AddHours(-1);

        await stage.Api.Data.RunAsync(
            "insert into api.outbox (organization_id, reason, channel, user_id, state, attempts, due_at, claimed_at) "
                + $"values ('{place.Organization}', 'digest', 'email', gen_random_uuid(), 'sending', 1, "
                + $"'{claimed:O}', '{claimed:O}')",
            Cancel
        );

        await stage.Api.Data.UntilAsync("select string_agg(state, ', ') from api.outbox", "failed", Cancel);
        Assert.True(await CountedAsync("abandoned") > before, $"It stayed at {before}.");
    }

    private async Task<double> CountedAsync(string outcome) =>
        (await MetricsText.ReadAsync(stage.Api.Client, Cancel))[
            $"freshtrack_notification_attempts_total{{channel=\"email\",outcome=\"{outcome}\"}}"
        ];
}
