using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Alerts;

public sealed class EventChainTests(ApiStage stage, Servers servers) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string AppendSql =
        "select api.append_event(jsonb_populate_record(null::event_logs, jsonb_build_object('organization_id', "
        + "$1, 'event_type', 'test|event', 'payload', $2::jsonb, 'recorded_at', $3)))";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Many_appends_at_once_make_one_chain_without_fork_or_gap()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => stage.GivenAPatientUnitAsync(Cancel)));

        // On a clock that stands still and goes back, in transactions of several events, some of them rolled back.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 240),
            new ParallelOptions { MaxDegreeOfParallelism = 24, CancellationToken = Cancel },
            async (index, token) =>
            {
                await using var connection = await stage.Data.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);
                for (var i = 0; i < 3; i++)
                {
                    await AppendAsync(
                        connection,
                        places[index % 3].Organization,
                        ApiStage.Start.UtcDateTime.AddSeconds(-(index % 7)),
                        token
                    );
                }

                await (index % 10 == 9 ? transaction.RollbackAsync(token) : transaction.CommitAsync(token));
            }
        );

        Assert.Equal(216 * 3, await stage.Data.ValueAsync<long>("select count(event_hash) from event_logs", Cancel));
        Assert.Equal(
            3,
            await stage.Data.ValueAsync<long>("select count(*) from event_logs where previous_hash is null", Cancel)
        );
        Assert.Equal(
            0,
            await stage.Data.ValueAsync<long>(
                "select count(*) from (select "
                    + "from event_logs group by organization_id, previous_hash having count(*) > 1) forks",
                Cancel
            )
        );
        await AssertVerifiedAsync(216 * 3);
    }

    [Fact]
    public async Task Chain_goes_on_behind_the_events_that_were_moved()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);
        // Older than the chain and without a hash, as rows that predate it.
        await stage.Data.RunAsync(
            "insert into event_logs (organization_id, event_type, recorded_at) "
                + $"values ('{place.Organization}', 'old', '2025-01-01Z')",
            Cancel
        );

        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime.AddDays(-1));

        await AssertVerifiedAsync(2);
    }

    [Fact]
    public async Task Chain_goes_on_behind_the_row_that_no_other_follows_whatever_their_times_and_ids()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        // Two events of one moment, of which the later has the smaller id, and a third one with an older date.
        await stage.Data.RunAsync(
            $$"""
            with hashed as (
              select o.id, a.hash as a, b.hash as b, c.hash as c
              from organizations o
              cross join lateral (select {{Hash("''", "a", 14)}}) a (hash)
              cross join lateral (select {{Hash("a.hash", "b", 14)}}) b (hash)
              cross join lateral (select {{Hash("b.hash", "c", 13)}}) c (hash))
            insert into event_logs (id, organization_id, event_type, previous_hash, event_hash, recorded_at)
            select 'ffffffff-ffff-4fff-8fff-ffffffffffff'::uuid, id, 'a', null, a, '2026-01-14Z'::timestamptz
            from hashed
            union all
            select '00000000-0000-4000-8000-000000000001', id, 'b', a, b, '2026-01-14Z' from hashed
            union all
            select '00000000-0000-4000-8000-000000000002', id, 'c', b, c, '2026-01-13Z' from hashed
            """,
            Cancel
        );

        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);
        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);

        await AssertVerifiedAsync(5);

        static string Hash(string previous, string type, int day) =>
            $"encode(sha256(convert_to({previous} || '|{type}|{{}}|2026-01-{day}T00:00:00.000000Z', 'UTF8')), 'hex')";
    }

    [Fact]
    public async Task Fork_is_refused_by_a_key_also_when_the_lock_is_forgotten()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);
        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);

        // What a second head would be: the chain's rows once more, as somebody appends who has not seen the first.
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            stage.Data.RunAsync(
                "insert into api.chain_links (organization_id, previous_hash, event_id) "
                    + "select organization_id, previous_hash, id from event_logs order by recorded_at limit 1",
                Cancel
            )
        );
        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
    }

    [Fact]
    public async Task Chain_that_was_moved_with_a_fork_goes_on_behind_its_newest_head()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.Data.RunAsync(
            "insert into event_logs (organization_id, event_type, event_hash, recorded_at) "
                + $"select '{place.Organization}', 'moved', repeat(i::text, 64), "
                + "'2026-01-14Z'::timestamptz + make_interval(hours => i) from generate_series(1, 3) i",
            Cancel
        );

        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);
        await AppendAsync(place.Organization, ApiStage.Start.UtcDateTime);

        Assert.Equal(
            new string('3', 64),
            await stage.Data.TextAsync(
                "select previous_hash from event_logs where event_type = 'test|event' order by recorded_at limit 1",
                Cancel
            )
        );
    }

    [Fact]
    public async Task Appending_does_not_read_the_whole_chain()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.Data.RunAsync(
            "insert into event_logs (organization_id, event_type, previous_hash, event_hash, recorded_at) "
                + $"select '{place.Organization}', 'moved', case when i > 1 then lpad((i - 1)::text, 64, '0') end, "
                + "lpad(i::text, 64, '0'), '2025-01-14Z'::timestamptz + make_interval(mins => i) "
                + "from generate_series(1, 5000) i; analyze event_logs",
            Cancel
        );
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);

        await AppendAsync(connection, place.Organization, ApiStage.Start.UtcDateTime, Cancel);

        await using var command = new NpgsqlCommand(
            "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'event_logs'",
            connection
        );
        Assert.InRange((long)(await command.ExecuteScalarAsync(Cancel))!, 1, 500);
        await transaction.RollbackAsync(Cancel);
    }

    [Fact]
    public async Task Every_change_of_an_alert_is_in_a_chain_that_the_verifier_accepts()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.GivenAPatientUnitAsync(Cancel)));
        await Task.WhenAll(
            places.Select(async place =>
            {
                var token = await stage.SignInAsAsync("manager", place.Organization, Cancel);
                await stage.ReportAsync(place, -20, Cancel, temperature: 9m, doorOpen: false, battery: 5);
                await stage.ReportAsync(place, -5, Cancel, temperature: 9m, doorOpen: false, battery: 5);
                await stage.Data.UntilAsync(
                    $"select count(*)::text from alerts where unit_id = '{place.Unit}' and status = 'active'",
                    "2",
                    Cancel
                );
                foreach (
                    var alert in await stage.Data.ListAsync(
                        $"select id from alerts where unit_id = '{place.Unit}'",
                        Cancel
                    )
                )
                {
                    await stage.Client.PostAsync(
                        $"/api/orgs/{place.Organization}/alerts/{alert}/acknowledge",
                        token,
                        Cancel
                    );
                }

                await stage.ReportAsync(place, -1, Cancel, temperature: 3m, battery: 90);
                await stage.Data.UntilAsync(
                    $"select count(*)::text from alerts where unit_id = '{place.Unit}' and status = 'resolved'",
                    "2",
                    Cancel
                );
            })
        );

        // Each sensor is one of doors, too, from its first report of one on.
        const int sensors = 4;
        Assert.Equal(
            (sensors * 2 * 3) + sensors,
            await stage.Data.ValueAsync<long>("select count(*) from event_logs", Cancel)
        );
        await AssertVerifiedAsync((sensors * 2 * 3) + sensors);
    }

    private async Task AssertVerifiedAsync(int events)
    {
        await using var source = await Databases.NewSourceAsync(servers, Cancel);
        await SourceDatabase.CreateAsync(source, Cancel);
        var plan = PlanFile.Parse(await SourceDatabase.ReadPlanAsync(Cancel), "freshtrack.yaml");

        var result = await Verifier.RunAsync(
            new VerificationRequest(plan, source, stage.Data) { Clock = stage.Clock },
            null,
            Cancel
        );

        var chain = Assert.Single(result.Checks, check => check.Check == CheckNames.BrokenHashChain);
        Assert.Equal((Verdict.Pass, true), (chain.Verdict, chain.Reason.StartsWith($"{events} rows are linked")));
    }

    private async Task AppendAsync(Guid organization, DateTime at)
    {
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        await AppendAsync(connection, organization, at, Cancel);
    }

    private static async Task AppendAsync(
        NpgsqlConnection connection,
        Guid organization,
        DateTime at,
        CancellationToken cancellationToken
    )
    {
        await using var command = new NpgsqlCommand(AppendSql, connection);
        command.Parameters.AddWithValue(organization);
        command.Parameters.AddWithValue("""{"z": 1.50, "a": "Kühl|haus 🧊", "nested": {"b": null}}""");
        command.Parameters.AddWithValue(at);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
