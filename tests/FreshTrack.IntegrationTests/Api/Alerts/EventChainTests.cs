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

        Assert.Equal(4 * 2 * 3, await stage.Data.ValueAsync<long>("select count(*) from event_logs", Cancel));
        await AssertVerifiedAsync(4 * 2 * 3);
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
