using FreshTrack.Api.Commands;
using FreshTrack.Api.Notifications;
using FreshTrack.IntegrationTests.Api.Alerts;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Notifications;

/// <summary>A release that is repeated, or killed half-way, sends nothing twice and nothing never.</summary>
public sealed class ReleaseTests(NotifyingStage stage) : IClassFixture<NotifyingStage>, IAsyncLifetime
{
    private const string DigestOnce = "digest ana@example.com sent";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private NpgsqlDataSource Data => stage.Api.Data;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        await Data.ForgetHoldAsync(Cancel);
    }

    public async ValueTask DisposeAsync() => await Data.ForgetHoldAsync(Cancel);

    [Fact]
    public async Task Repeated_at_once_and_after_it_changes_nothing_more()
    {
        await GivenThreeMovedAlertsAsync();

        var releases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.ReleaseAsync(Cancel)));
        await Data.UntilAsync(HoldingSteps.MessagesSql, DigestOnce, Cancel);

        Assert.Equal(new Release(3, 0, 1, 0), Assert.Single(releases, release => release is not null));
        Assert.Null(await stage.ReleaseAsync(Cancel));
        await stage.LetTimePassAsync(Cancel);
        Assert.Equal(DigestOnce, await Data.TextAsync(HoldingSteps.MessagesSql, Cancel));
        Assert.Single(stage.Arrived());
    }

    [Fact]
    public async Task Killed_half_way_it_has_changed_nothing_and_is_done_by_the_next_one()
    {
        var alerts = await GivenThreeMovedAlertsAsync();
        var before = await StateAsync();
        await using (var connection = await Data.OpenConnectionAsync(Cancel))
        await using (var transaction = await connection.BeginTransactionAsync(Cancel))
        {
            // Whoever holds the last alert lets the release get to it, past the others.
            await using var hold = new NpgsqlCommand(
                $"select from alerts where id = '{alerts[^1]}' for update",
                connection,
                transaction
            );
            await hold.ExecuteNonQueryAsync(Cancel);
            var release = stage.ReleaseAsync(Cancel, "killed");
            const string waiting =
                "from pg_stat_activity where application_name = 'killed' and wait_event_type = 'Lock'";
            await Data.UntilAsync($"select count(*)::text {waiting}", "1", Cancel);
            await Data.RunAsync($"select pg_terminate_backend(pid) {waiting}", Cancel);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => release);
        }

        Assert.Equal(before, await StateAsync());
        Assert.Equal(new Release(3, 0, 1, 0), await stage.ReleaseAsync(Cancel));
        await Data.UntilAsync(HoldingSteps.MessagesSql, DigestOnce, Cancel);
        await stage.LetTimePassAsync(Cancel);
        Assert.Single(stage.Arrived());
    }

    [Fact]
    public async Task Held_and_released_again_it_tells_of_nothing_that_was_told_before()
    {
        await GivenThreeMovedAlertsAsync();
        await stage.ReleaseAsync(Cancel);
        await Data.UntilAsync(HoldingSteps.MessagesSql, DigestOnce, Cancel);

        await stage.HoldAsync(Cancel);
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(new Release(0, 0, 0, 0), await stage.ReleaseAsync(Cancel));
    }

    [Fact]
    public async Task Digest_of_many_alerts_is_not_read_anew_for_each_of_them()
    {
        const int alerts = 400;
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.HoldAsync(Cancel);
        var at = $"{stage.Api.Clock.GetUtcNow():O}";
        await Data.RunAsync(
            "insert into alerts (unit_id, organization_id, alert_type, title, triggered_at) "
                + $"select '{place.Unit}', '{place.Organization}', 'sensor_fault', 'moved', '2020-01-01Z' "
                + $"from generate_series(1, {alerts})",
            Cancel
        );
        // As after an import: whoever plans now believes that there are no digests.
        await Data.RunAsync("analyze", Cancel);
        await using var connection = await Data.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);

        Assert.Equal(
            (long)alerts,
            await ValueAsync($"select settled from api.release_notifications('{at}', '{{email}}', '{at}')")
        );

        Assert.InRange(
            await ValueAsync(
                "select sum(seq_tup_read + idx_tup_fetch)::bigint from pg_stat_xact_all_tables "
                    + "where schemaname = 'api' and relname in ('digest_alerts', 'outbox')"
            ),
            alerts,
            20 * alerts
        );

        async Task<long> ValueAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return (long)(await command.ExecuteScalarAsync(Cancel))!;
        }
    }

    [Fact]
    public async Task Canary_was_never_held_and_is_in_no_digest()
    {
        var canary = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(canary, "bird", Cancel);
        await stage.HoldAsync(Cancel, canary);
        await stage.GivenAMovedAlertAsync(canary, "sung", Cancel);

        Assert.Equal(new Release(0, 0, 0, 0), await stage.ReleaseAsync(Cancel));
    }

    [Theory]
    [InlineData(null, "The cutover point is missing")]
    [InlineData("yesterday", "'yesterday' is not a time")]
    [InlineData("2026-01-14T22:00:00", "'2026-01-14T22:00:00' is not a time")]
    [InlineData("2026-01-14", "'2026-01-14' is not a time")]
    [InlineData("2126-01-14T22:00:00Z", "is in the future")]
    public async Task Cutover_point_that_is_none_is_refused(string? text, string reason)
    {
        await stage.HoldAsync(Cancel);

        var refused = await NotificationsCommand.ReleaseAsync(Data, text, ["email"], stage.Api.Clock, Cancel);

        Assert.Equal(4, refused.Code);
        Assert.Contains(reason, refused.Line);
        Assert.Equal("true", await Data.TextAsync("select is_on::text from api.notification_hold", Cancel));
    }

    [Fact]
    public async Task Command_says_what_it_did()
    {
        await GivenThreeMovedAlertsAsync();
        stage.Api.Clock.Advance(TimeSpan.FromMinutes(1));
        var point = $"{stage.Api.Clock.GetUtcNow().AddMinutes(-1).ToOffset(TimeSpan.FromHours(1)):O}";

        var first = await NotificationsCommand.ReleaseAsync(Data, point, ["email"], stage.Api.Clock, Cancel);
        var second = await NotificationsCommand.ReleaseAsync(Data, point, ["email"], stage.Api.Clock, Cancel);

        Assert.Equal((0, 0), (first.Code, second.Code));
        Assert.Contains("3 alerts from before", first.Line);
        Assert.Contains("1 digests and 0 other messages go out.", first.Line);
        Assert.Equal("notifications: they were not held. Nothing was changed.", second.Line);
    }

    [Fact]
    public async Task Canary_is_named_by_its_id_or_its_slug()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await Data.RunAsync($"update organizations set slug = 'bird' where id = '{place.Organization}'", Cancel);

        var bySlug = await NotificationsCommand.HoldAsync(Data, "bird", stage.Api.Clock, Cancel);
        var byId = await NotificationsCommand.HoldAsync(Data, $"{place.Organization}", stage.Api.Clock, Cancel);
        var unknown = await NotificationsCommand.HoldAsync(Data, "fish", stage.Api.Clock, Cancel);

        Assert.Contains($"held, but for organization {place.Organization}, by every instance", bySlug.Line);
        Assert.Contains("already", byId.Line);
        Assert.Equal((4, true), (unknown.Code, unknown.Line.Contains("There is no organization 'fish'")));
    }

    private async Task<IReadOnlyList<Guid>> GivenThreeMovedAlertsAsync()
    {
        var place = await stage.Api.GivenAPatientUnitAsync(Cancel);
        await stage.GivenAPersonAsync(place, "ana", Cancel);
        await stage.HoldAsync(Cancel);
        var alerts = new List<Guid>();
        foreach (var minutes in (int[])[300, 200, 100])
        {
            alerts.Add(await stage.GivenAMovedAlertAsync(place, $"moved {minutes}", Cancel, minutesAgo: minutes));
        }

        return alerts;
    }

    /// <summary>Everything that a release changes.</summary>
    private Task<string> StateAsync() =>
        Data.TextAsync(
            """
            select concat_ws('|',
              (select string_agg(a::text, '|' order by id) from alerts a),
              (select string_agg(o::text, '|' order by id) from api.outbox o),
              (select string_agg(d::text, '|' order by id) from notification_deliveries d),
              (select count(*) from api.digest_alerts), (select count(*) from event_logs),
              (select h::text from api.notification_hold h))
            """,
            Cancel
        );
}
