using FreshTrack.Api;
using FreshTrack.IntegrationTests.Api.Once;
using FreshTrack.IntegrationTests.Fixtures;

namespace FreshTrack.IntegrationTests.Api.Alerts;

/// <summary>Two programs that judge, people who acknowledge and resolve, and corrections, all of the same units at
/// once.</summary>
public sealed class LockOrderTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string DeadlocksSql =
        "select deadlocks::text from pg_stat_database where datname = current_database()";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nobody_waits_in_a_circle_and_no_alert_is_raised_twice()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => stage.GivenAPatientUnitAsync(Cancel)));
        var tokens = await Task.WhenAll(
            places.Select(place => stage.SignInAsAsync("manager", place.Organization, Cancel))
        );
        await using var second = FreshTrackApi.Build(stage.Options(stage.Database));
        await second.StartAsync(Cancel);
        using var other = new HttpClient { BaseAddress = new Uri(second.Urls.First()) };
        var before = await stage.Data.TextAsync(DeadlocksSql, Cancel);

        await Task.WhenAll(places.Zip(tokens).Select(pair => LiveAsync(pair.First, pair.Second, other)));

        await stage.Data.JudgedAsync(Cancel);
        Assert.Equal(before, await stage.Data.TextAsync(DeadlocksSql, Cancel));
        Assert.Equal(
            "0",
            await stage.Data.TextAsync(
                "select count(*)::text from (select from alerts where status <> 'resolved' "
                    + "group by unit_id, alert_type having count(*) > 1) twice",
                Cancel
            )
        );
        Assert.Equal(
            "0",
            await stage.Data.TextAsync("select count(*)::text from alerts where resolved_at < triggered_at", Cancel)
        );
        await second.StopAsync(Cancel);
    }

    private async Task LiveAsync(Place place, string token, HttpClient other)
    {
        for (var round = 0; round < 25; round++)
        {
            var minute = 1_000 - (round * 30);
            var client = round % 2 == 0 ? stage.Client : other;
            await stage.ReportAsync(place, -minute, Cancel, temperature: 9m, doorOpen: round % 3 == 0, battery: 5);
            var wrong = await client.BulkAsync(place, Cancel, Entries.Entry(place, minute - 12, 44));
            await stage.ReportAsync(place, -minute + 15, Cancel, temperature: 9m, client: other);
            var alerts = await stage.Data.ListAsync(
                $"select id from alerts where unit_id = '{place.Unit}' and status <> 'resolved'",
                Cancel
            );
            await Task.WhenAll([
                .. alerts.Select(alert => ChangeAsync(place, token, alert, "acknowledge")),
                .. alerts.Select(alert => ChangeAsync(place, token, alert, "resolve")),
                client.BulkAsync(place, Cancel, Entries.Entry(place, minute - 12, 4.4m, supersedes: wrong.Body.Id())),
                stage.ReportAsync(place, -minute + 20, Cancel, temperature: 3m),
                stage.ReportAsync(place, -minute + 5, Cancel, temperature: 9m, client: other),
            ]);
        }
    }

    private async Task ChangeAsync(Place place, string token, string alert, string what) =>
        await stage.Client.PostAsync($"/api/orgs/{place.Organization}/alerts/{alert}/{what}", token, Cancel);
}
