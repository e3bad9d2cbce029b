using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>What the world sees of the stack.</summary>
public sealed class StackProxyTests(StackProxy proxy) : IClassFixture<StackProxy>
{
    private const string Caddyfile = "/etc/caddy/Caddyfile";

    private const string Nothing = """{"error":{"code":"NOT_FOUND","message":"There is nothing here."}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StackProxy.App, "/units?a=b", 200, "GET /units?a=b")]
    [InlineData(StackProxy.Api, "/api/orgs", 200, "GET /api/orgs")]
    [InlineData(StackProxy.Api, "/health", 200, """{"status":"ok"}""")]
    [InlineData(StackProxy.Api, "/health/ready", 404, Nothing)]
    [InlineData(StackProxy.Api, "/health/live", 200, """{"status":"ok"}""")]
    [InlineData(StackProxy.Api, "/health/maintenance", 200, "GET /health/maintenance")]
    [InlineData(StackProxy.Api, "/metrics", 404, Nothing)]
    [InlineData(StackProxy.Api, "/openapi.json", 404, Nothing)]
    [InlineData(StackProxy.Api, "/", 404, Nothing)]
    [InlineData(StackProxy.Monitoring, "/", 401, "")]
    [InlineData(StackProxy.Monitoring, "/prometheus/api/v1/query", 401, "")]
    [InlineData(StackProxy.Status, "/", 200, "GET /")]
    [InlineData(StackProxy.Status, "/status/freshtrack", 200, "GET /status/freshtrack")]
    [InlineData(StackProxy.Status, "/api/status-page/freshtrack", 200, "GET /api/status-page/freshtrack")]
    [InlineData(StackProxy.Status, "/dashboard", 404, "There is nothing here.")]
    [InlineData(StackProxy.Status, "/socket.io/?EIO=4", 404, "There is nothing here.")]
    [InlineData(StackProxy.Status, "/metrics", 404, "There is nothing here.")]
    public async Task Visitor_gets(string host, string path, int status, string expected)
    {
        using var client = proxy.Client();

        using var answer = await client.GetAsync(new Uri($"https://{host}{path}"), Cancel);

        Assert.Equal(
            (status, expected),
            ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync(Cancel)).TrimEnd())
        );
        Assert.Equal("max-age=31536000", Header(answer, "Strict-Transport-Security"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("SAMEORIGIN", Header(answer, "X-Frame-Options"));
        Assert.Equal("strict-origin-when-cross-origin", Header(answer, "Referrer-Policy"));
        Assert.Equal("", Header(answer, "Server"));
    }

    [Theory]
    [InlineData(StackProxy.App)]
    [InlineData(StackProxy.Api)]
    [InlineData(StackProxy.Monitoring)]
    [InlineData(StackProxy.Status)]
    public async Task Plain_http_is_sent_to_https(string host)
    {
        using var client = proxy.Client();

        using var answer = await client.GetAsync(new Uri($"http://{host}/a?b"), Cancel);

        Assert.Equal(HttpStatusCode.PermanentRedirect, answer.StatusCode);
        Assert.Equal($"https://{host}/a?b", answer.Headers.Location!.AbsoluteUri);
    }

    [Theory]
    [InlineData("/d/application", "GET /d/application")]
    [InlineData("/prometheus/api/v1/query?query=up", "GET /api/v1/query?query=up")]
    [InlineData("/loki/api/v1/labels", "GET /loki/api/v1/labels")]
    public async Task Operations_reach_what_watches_and_their_password_goes_no_further(string path, string expected)
    {
        using var client = proxy.Client();
        client.DefaultRequestHeaders.Authorization = Basic(StackProxy.Password);

        Assert.Equal(
            expected,
            (await client.GetStringAsync(new Uri($"https://{StackProxy.Monitoring}{path}"), Cancel)).TrimEnd()
        );

        client.DefaultRequestHeaders.Authorization = Basic("guessed");
        using var refused = await client.GetAsync(new Uri($"https://{StackProxy.Monitoring}{path}"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Maintenance_is_a_file_that_closes_the_application_and_loses_no_request()
    {
        using var client = proxy.Client();
        var app = new Uri($"https://{StackProxy.App}/units");
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var visitor = VisitAsync(app, ends.Token);

        for (var i = 0; i < 3; i++)
        {
            await proxy.InCaddyAsync("touch", "/config/maintenance");
            using var closed = await client.GetAsync(app, Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.StatusCode);
            Assert.Equal("300", Header(closed, "Retry-After"));
            Assert.Equal("text/html", closed.Content.Headers.ContentType!.MediaType);
            Assert.Contains("being maintained", await closed.Content.ReadAsStringAsync(Cancel));
            // The API has a switch of its own.
            Assert.Contains(
                "/api/orgs",
                await client.GetStringAsync(new Uri($"https://{StackProxy.Api}/api/orgs"), Cancel)
            );

            await proxy.InCaddyAsync("rm", "/config/maintenance");
            Assert.Contains("GET /units", await client.GetStringAsync(app, Cancel));
        }

        await ends.CancelAsync();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], (await visitor).Distinct().Order());
    }

    [Fact]
    public async Task Api_is_closed_for_people_and_not_for_sensors()
    {
        await proxy.InCaddyAsync("touch", "/config/maintenance-api");
        try
        {
            using var client = proxy.Client();
            using var closed = await client.GetAsync(new Uri($"https://{StackProxy.Api}/api/orgs"), Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.StatusCode);
            Assert.Equal("60", Header(closed, "Retry-After"));
            Assert.Equal("application/json", closed.Content.Headers.ContentType!.MediaType);
            Assert.StartsWith("""{"error":{"code":"MAINTENANCE",""", await closed.Content.ReadAsStringAsync(Cancel));
            // The application's page reads it, as it reads what the API says.
            using var told = await client.GetAsync(new Uri($"https://{StackProxy.Api}/health/maintenance"), Cancel);
            Assert.StartsWith("""{"error":{"code":"MAINTENANCE",""", await told.Content.ReadAsStringAsync(Cancel));
            Assert.Equal($"https://{StackProxy.App}", Header(told, "Access-Control-Allow-Origin"));
            foreach (var path in new[] { "/api/webhooks/ttn", "/api/ingest/readings" })
            {
                using var taken = await client.PostAsync(new Uri($"https://{StackProxy.Api}{path}"), null, Cancel);
                Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            }
        }
        finally
        {
            await proxy.InCaddyAsync("rm", "-f", "/config/maintenance-api");
        }
    }

    [Fact]
    public async Task What_is_not_well_is_not_told()
    {
        await proxy.SetIllAsync(isIll: true);
        try
        {
            using var client = proxy.Client();
            using var answer = await client.GetAsync(new Uri($"https://{StackProxy.Api}/health"), Cancel);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("""{"status":"unavailable"}""", await answer.Content.ReadAsStringAsync(Cancel));
        }
        finally
        {
            await proxy.SetIllAsync(isIll: false);
        }
    }

    [Fact]
    public async Task Log_holds_neither_headers_nor_queries()
    {
        using var client = proxy.Client();
        client.DefaultRequestHeaders.Add("X-API-Key", "whsec-of-a-customer");
        await client.GetStringAsync(new Uri($"https://{StackProxy.App}/reset?code=of-a-mail"), Cancel);

        string log;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
            log = await proxy.LogAsync();
        } while (!log.Contains("/reset"));

        Assert.DoesNotContain("whsec-of-a-customer", log);
        Assert.DoesNotContain("of-a-mail", log);
    }

    [Theory]
    [InlineData("instances", 2, 0)]
    [InlineData("tasks", 0, 2)]
    public async Task Api_is_found_by_name_and_on_a_Swarm_by_tasks(string discovery, int checkedByCaddy, int byTasks)
    {
        var adapted = await proxy.InCaddyAsync(
            "sh",
            "-ec",
            $"export API_DISCOVERY={discovery}; caddy validate --adapter caddyfile --config {Caddyfile} >&2; "
                + $"caddy adapt --config {Caddyfile}"
        );

        Assert.True(adapted.ExitCode == 0, adapted.Stderr);
        // What asks the API: its health, and all else. A check that failed would take a whole Swarm out.
        Assert.Equal(checkedByCaddy, Occurrences(adapted.Stdout, "\"/health/ready\""));
        Assert.Equal(byTasks, Occurrences(adapted.Stdout, "\"tasks.api\""));
    }

    [Fact]
    public async Task Own_metrics_have_a_listener_of_their_own()
    {
        using var client = proxy.Client();

        var metrics = await client.GetStringAsync(new Uri("http://caddy:9180/metrics"), Cancel);

        Assert.Contains("caddy_http_requests_total", metrics);
    }

    [Fact]
    public async Task Names_that_are_probed_are_those_of_the_environment()
    {
        using var client = proxy.Client();

        using var answer = await client.GetAsync(new Uri("http://caddy:9180/targets"), Cancel);

        Assert.Equal("application/json", $"{answer.Content.Headers.ContentType}");
        var group = Assert.Single(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!.AsArray())!;
        Assert.Equal(
            [$"https://{StackProxy.App}/", $"https://{StackProxy.Api}/health/live", $"https://{StackProxy.Status}/"],
            group["targets"]!.AsArray().Select(target => $"{target}")
        );
        Assert.Equal("""{"module":"https_2xx"}""", group["labels"]!.ToJsonString());
    }

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private static AuthenticationHeaderValue Basic(string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"operations:{password}")));

    // A visitor who comes all the time; a request without an answer fails the test.
    private async Task<List<HttpStatusCode>> VisitAsync(Uri page, CancellationToken ends)
    {
        var seen = new List<HttpStatusCode>();
        using var client = proxy.Client();
        while (!ends.IsCancellationRequested)
        {
            using var answer = await client.GetAsync(page, Cancel);
            seen.Add(answer.StatusCode);
        }

        return seen;
    }
}
