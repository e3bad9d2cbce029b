using System.Collections.Concurrent;
using System.Net;

namespace FreshTrack.IntegrationTests.Api.Containers;

public sealed class RollingRestartTests(Servers servers)
{
    private const int Sensors = 4;
    private const int Dashboards = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_restarted_one_after_the_other_behind_Caddy_fail_no_request_and_lose_no_reading()
    {
        await servers.RequireEngineAsync(Cancel);
        await using var proxied = await ProxiedApi.StartAsync(Cancel);
        var place = await Given.AnOrganizationWithAUnit(proxied.Data, Cancel);
        var token = await SignInAsync(proxied, place);
        using var client = new HttpClient { BaseAddress = proxied.Address };
        var (acknowledged, failures) = (new ConcurrentBag<Guid>(), new ConcurrentBag<string>());
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var start = TimeProvider.System.GetUtcNow().AddDays(-1);
        var counter = 0;

        var clients = Enumerable
            .Range(0, Sensors)
            .Select(_ => UntilOverAsync(SendAsync))
            .Concat(Enumerable.Range(0, Dashboards).Select(_ => UntilOverAsync(ReadAsync)))
            .ToArray();
        foreach (var instance in proxied.Instances)
        {
            var before = acknowledged.Count;
            await instance.StopAsync(Cancel);
            await instance.StartAsync(Cancel);
            await AcknowledgedSinceAsync(before + 100);
        }

        await over.CancelAsync();
        await Task.WhenAll(clients);

        Assert.True(
            failures.IsEmpty,
            $"{failures.Count} of {counter} webhooks and as many queries failed: "
                + $"{failures.FirstOrDefault()}\n{await proxied.ComplaintsAsync(Cancel)}"
        );
        await using var command = proxied.Data.CreateCommand(
            "select count(*), count(distinct id) from sensor_readings where id = any($1)"
        );
        command.Parameters.AddWithValue(acknowledged.ToArray());
        await using var stored = await command.ExecuteReaderAsync(Cancel);
        await stored.ReadAsync(Cancel);
        Assert.Equal((acknowledged.Count, acknowledged.Count), (stored.GetInt64(0), stored.GetInt64(1)));

        async Task SendAsync()
        {
            var number = Interlocked.Increment(ref counter);
            var (status, body) = await client.SendAsync(
                place.Secret,
                Given.AnUplink(place, number, at: start.AddMilliseconds(number)),
                Cancel
            );
            if (status == HttpStatusCode.OK)
            {
                acknowledged.Add(Guid.Parse(body["reading_id"]!.ToString()));
            }
            else
            {
                failures.Add($"webhook: {status} {body}");
            }
        }

        async Task ReadAsync()
        {
            var (status, body) = await client.ReadAsync(place.ReadingsPath, token, Cancel);
            if (status != HttpStatusCode.OK)
            {
                failures.Add($"readings: {status} {body}");
            }
        }

        async Task UntilOverAsync(Func<Task> request)
        {
            while (!over.IsCancellationRequested)
            {
                try
                {
                    await request();
                }
                catch (Exception exception) when (exception is HttpRequestException or System.Text.Json.JsonException)
                {
                    failures.Add(exception.ToString());
                }
            }
        }

        // Load goes on with both instances up before the next one goes down.
        async Task AcknowledgedSinceAsync(int count)
        {
            while (acknowledged.Count < count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            }
        }
    }

    private static async Task<string> SignInAsync(ProxiedApi proxied, Place place)
    {
        using var stackAuth = ApiStage.ServerClient(
            proxied.StackAuth.AbsoluteUri,
            ApiStage.Project,
            ProxiedApi.ServerKey
        );
        var session = await ApiStage.TokenAsync(stackAuth, Cancel);
        await ApiStage.AddMemberAsync(proxied.Data, session.User, place.Organization, "viewer", Cancel);
        return session.AccessToken;
    }
}
