using System.Net;
using FreshTrack.Api;
using FreshTrack.Api.Operations;
using Microsoft.AspNetCore.Builder;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>Browsers let frontends of the origins that are set call the API, and no others.</summary>
public sealed class BrowserOriginTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private const string App = "https://app.example.com";

    private WebApplication api = null!;
    private HttpClient client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        api = FreshTrackApi.Build(
            stage.Options(stage.Database) with
            {
                Origins = [App, "http://localhost:5173"],
                Maintenance = true,
            }
        );
        await api.StartAsync(Cancel);
        client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await api.DisposeAsync();
        await MaintenanceTable.SetAsync(stage.Data, isOn: false, Cancel);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Preflight_of_a_frontend_is_answered_whatever_the_request_would_get(string method)
    {
        using var answer = await AskAsync(client, HttpMethod.Options, App, method);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(App, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Contains(method, Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal("Authorization,Content-Type", Header(answer, "Access-Control-Allow-Headers"));
        Assert.Equal("600", Header(answer, "Access-Control-Max-Age"));
    }

    [Fact]
    public async Task Refusal_is_shown_to_the_frontend_with_the_time_to_wait()
    {
        using var answer = await AskAsync(client, HttpMethod.Get, App);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(App, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("Retry-After", Header(answer, "Access-Control-Expose-Headers"));
        Assert.Contains("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task Frontend_may_read_whether_there_is_maintenance()
    {
        using var answer = await AskAsync(client, HttpMethod.Get, App, path: "/health/maintenance");

        Assert.Equal("""{"maintenance":true}""", await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(App, Header(answer, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("null")]
    public async Task Any_other_origin_gets_no_header(string origin)
    {
        using var answer = await AskAsync(client, HttpMethod.Get, origin);
        using var preflight = await AskAsync(client, HttpMethod.Options, origin, "GET");

        Assert.Equal(("", ""), (Cors(answer), Cors(preflight)));
    }

    [Fact]
    public async Task Without_the_setting_there_is_no_header()
    {
        using var answer = await AskAsync(stage.Client, HttpMethod.Get, App);
        using var preflight = await AskAsync(stage.Client, HttpMethod.Options, App, "GET");

        Assert.Equal(("", ""), (Cors(answer), Cors(preflight)));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, preflight.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        HttpClient client,
        HttpMethod method,
        string origin,
        string? preflightFor = null,
        string path = "/api/orgs/00000000-0000-0000-0000-000000000000/readings/latest"
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Add("Origin", origin);
        if (preflightFor is not null)
        {
            request.Headers.Add("Access-Control-Request-Method", preflightFor);
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        }

        return await client.SendAsync(request, Cancel);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";

    private static string Cors(HttpResponseMessage answer) =>
        string.Join(',', answer.Headers.Select(header => header.Key).Where(name => name.StartsWith("Access-Control")));
}
