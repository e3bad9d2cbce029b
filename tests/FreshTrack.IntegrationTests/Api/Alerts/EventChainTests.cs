using FreshTrack.Fixtures.Source;
using FreshTrack.IntegrationTests.Fixtures;
using FreshTrack.Plan;
using FreshTrack.Verification;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api.Alerts;

public sealed class EventChainTests(ApiStage stage, Servers servers) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string AppendSql =
        "select count(api.append_event(jsonb_populate_record(null::event_logs, jsonb_build_object('organization_id', "
        + "$1, 'event_type', 'test|event', 'payload', $2::jsonb, 'recorded_at', $3)))) from generate_series(1, $4)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Appending_does_not_read_the_chain_from_end_to_end_while_it_grows()
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);
        // The plan is made for the empty table, and kept.
        await RunAsync(connection, "delete from pg_statistic where starelid = 'event_logs'::regclass");
        await RunAsync(connection, "analyze event_logs");

        Assert.InRange(await ReadByAppendingAsync(connection, place.Organization, times: 400), 1, 2_000);
    }

    [Theory]
    [InlineData("analyze event_logs")]
    [InlineData("select 'those of organizations with one event each'")]
    public async Task Appending_does_not_read_the_whole_chain_whatever_the_statistics(string statistics)
    {
        var place = await stage.GivenAPatientUnitAsync(Cancel);
        await stage.Data.RunAsync(
            "insert into organizations (id, name, slug) "
                + "select gen_random_uuid(), i, i from generate_series(1, 1000) i; "
                + "insert into event_logs (organization_id, event_type, event_hash, recorded_at) "
                + "select id, 'first', lpad(slug, 64, '0'), '2025-01-01Z' from organizations where slug ~ '^[0-9]+$'; "
                + "analyze event_logs; "
                + "insert into event_logs (organization_id, event_type, previous_hash, event_hash, recorded_at) "
                + $"select '{place.Organization}', 'moved', case when i > 1 then lpad((i - 1)::text, 64, '0') end, "
                + "lpad(i::text, 64, '0'), '2025-01-14Z'::timestamptz + make_interval(mins => i) "
                + $"from generate_series(1, 5000) i; {statistics}",
            Cancel
        );
        await using var connection = await stage.Data.OpenConnectionAsync(Cancel);

        Assert.InRange(await ReadByAppendingAsync(connection, place.Organization, times: 10), 1, 500);
    }

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

    /// <summary>How many rows of the log so many appends read. The server's count for a connection also has what
    /// its earlier transactions read within the last second.</summary>
    private static async Task<long> ReadByAppendingAsync(NpgsqlConnection connection, Guid organization, int times)
    {
        const string read =
            "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::bigint "
            + "from pg_stat_xact_user_tables where relname = 'event_logs'";
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var before = await RunAsync(connection, read);
        await AppendAsync(connection, organization, ApiStage.Start.UtcDateTime, Cancel, times);
        var after = await RunAsync(connection, read);
        await transaction.RollbackAsync(Cancel);
        return (long)after! - (long)before!;
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
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
        CancellationToken cancellationToken,
        int times = 1
    )
    {
        await using var command = new NpgsqlCommand(AppendSql, connection);
        command.Parameters.AddWithValue(organization);
        command.Parameters.AddWithValue("""{"z": 1.50, "a": "Kühl|haus 🧊", "nested": {"b": null}}""");
        command.Parameters.AddWithValue(at);
        command.Parameters.AddWithValue(times);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
