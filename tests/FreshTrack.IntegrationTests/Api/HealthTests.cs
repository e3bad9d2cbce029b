using System.Net;
using System.Net.Sockets;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FreshTrack.IntegrationTests.Api;

public sealed class HealthTests(ApiStage stage, Servers servers) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Healthy_API_says_so_of_each_of_its_parts()
    {
        var (status, body) = await stage.Client.ReadAsync("/health", token: null, Cancel);

        Assert.Equal(
            (HttpStatusCode.OK, "ok", "ok", "not_configured"),
            (
                status,
                body["status"]!.ToString(),
                body["database"]!["status"]!.ToString(),
                body["redis"]!["status"]!.ToString()
            )
        );
    }

    [Fact]
    public async Task Redis_and_object_store_are_asked_where_there_are_any()
    {
        var (status, body) = await HealthAsync(
            stage.Options(stage.Database) with
            {
                Redis = servers.Redis,
                ObjectStore = WithoutCredentials(servers.ObjectStore),
            }
        );

        Assert.Equal(
            (HttpStatusCode.OK, "ok", "ok", "ok"),
            (
                status,
                body["status"]!.ToString(),
                body["redis"]!["status"]!.ToString(),
                body["object_store"]!["status"]!.ToString()
            )
        );
    }

    [Fact]
    public async Task Without_Redis_or_its_bucket_the_API_is_degraded_and_goes_on_answering()
    {
        var nobody = new Uri("http://127.0.0.1:1/bucket");
        var noBucket = new Uri(WithoutCredentials(servers.ObjectStore), "/no-such-bucket");
        foreach (
            var options in new[]
            {
                stage.Options(stage.Database) with
                {
                    Redis = "127.0.0.1:1",
                },
                stage.Options(stage.Database) with
                {
                    ObjectStore = nobody,
                },
                stage.Options(stage.Database) with
                {
                    ObjectStore = noBucket,
                },
            }
        )
        {
            var (status, body) = await HealthAsync(options);
            Assert.Equal((HttpStatusCode.OK, "degraded"), (status, body["status"]!.ToString()));
        }
    }

    [Fact]
    public async Task Readiness_waits_for_neither_Redis_nor_object_store()
    {
        // It takes connections, and answers nobody.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var api = FreshTrackApi.Build(
            stage.Options(stage.Database) with
            {
                Redis = $"{silent.LocalEndpoint}",
                ObjectStore = new Uri($"http://{silent.LocalEndpoint}/freshtrack"),
            }
        );
        await api.StartAsync(Cancel);
        using var first = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        await first.ReadAsync("/health/ready", token: null, Cancel);

        // Caddy itself waits 2 s.
        using var client = new HttpClient { BaseAddress = first.BaseAddress, Timeout = TimeSpan.FromSeconds(1) };
        var (status, body) = await client.ReadAsync("/health/ready", token: null, Cancel);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("ok", "ok"), ($"{body["status"]}", $"{body["database"]!["status"]}"));
    }

    [Fact]
    public async Task Dashboards_that_hold_every_connection_leave_it_ready()
    {
        await using var api = FreshTrackApi.Build(stage.Options(stage.Database));
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        var requests = api.Services.GetRequiredService<NpgsqlDataSource>();
        var held = new List<NpgsqlConnection>();
        try
        {
            for (var i = 0; i < new NpgsqlConnectionStringBuilder(requests.ConnectionString).MaxPoolSize; i++)
            {
                held.Add(await requests.OpenConnectionAsync(Cancel));
            }

            Assert.Equal(HttpStatusCode.OK, (await client.ReadAsync("/health/ready", token: null, Cancel)).Status);
        }
        finally
        {
            foreach (var connection in held)
            {
                await connection.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Without_its_database_the_API_lives_but_is_not_ready_and_puts_webhooks_off()
    {
        await using var api = FreshTrackApi.Build(
            stage.Options("Host=127.0.0.1;Port=1;Username=nobody;Password=none") with
            {
                Redis = "127.0.0.1:1",
            }
        );
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        var (status, body) = await client.ReadAsync("/health", token: null, Cancel);
        var webhook = await client.SendAsync("whsec-any", "{}", Cancel);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "unavailable", "unavailable"),
            (status, body["status"]!.ToString(), body["redis"]!["status"]!.ToString())
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.ReadAsync("/health/ready", token: null, Cancel)).Status
        );
        Assert.Equal("ok", await client.GetStringAsync(new Uri("/health/live", UriKind.Relative), Cancel));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"),
            (webhook.Status, webhook.Body["error"]!["code"]!.ToString())
        );
    }

    [Fact]
    public async Task Schema_of_an_earlier_version_is_not_ready_until_it_is_migrated()
    {
        var database = await servers.CreateDatabaseAsync(Cancel);
        Assert.Null((await SchemaMigration.RunAsync(database, temperatures: null, stage.Clock, Cancel)).Problem);
        await using var data = Npgsql.NpgsqlDataSource.Create(database);
        var newest = await data.ValueAsync<string>(
            "delete from api.schema_versions where scriptname = "
                + "(select max(scriptname collate \"C\") from api.schema_versions) returning scriptname",
            Cancel
        );
        await using var api = FreshTrackApi.Build(stage.Options(database));
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };

        var (before, body) = await client.ReadAsync("/health/ready", token: null, Cancel);
        await data.ValueAsync<int>(
            $"insert into api.schema_versions (scriptname, applied) values ('{newest}', now()) returning 1",
            Cancel
        );
        var (after, _) = await client.ReadAsync("/health/ready", token: null, Cancel);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "unavailable", HttpStatusCode.OK),
            (before, body["database"]!["status"]!.ToString(), after)
        );
    }

    [Fact]
    public async Task Metrics_tell_of_requests_by_route_batches_and_the_pool()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        await stage.Client.ReadAsync(place.ReadingsPath, token: null, Cancel);
        var metrics = await stage.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);

        Assert.Contains("freshtrack_reading_batch_size", metrics);
        Assert.Contains("freshtrack_reading_queue_depth", metrics);
        Assert.Matches(
            """http_request_duration_seconds_count\{code="401",[^}]*endpoint="/api/orgs/\{org\}/sites/""",
            metrics
        );
        Assert.Matches("npgsql_db_client_connection_count\\{[^}]*pool_name=\"requests\"[^}]*state=\"idle\"", metrics);
    }

    [Theory]
    [InlineData("/nowhere", 404, "NOT_FOUND")]
    [InlineData("/api/webhooks/ttn", 405, "METHOD_NOT_ALLOWED")]
    public async Task Unknown_address_is_answered_in_the_contract_s_words(string path, int status, string code)
    {
        var answer = await stage.Client.ReadAsync(path, token: null, Cancel);

        Assert.Equal((status, code), ((int)answer.Status, answer.Body["error"]!["code"]!.ToString()));
    }

    private static async Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> HealthAsync(
        ApiOptions options
    )
    {
        await using var api = FreshTrackApi.Build(options);
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        return await client.ReadAsync("/health", token: null, Cancel);
    }

    private static Uri WithoutCredentials(string address) =>
        new UriBuilder(address) { UserName = "", Password = "" }.Uri;
}
