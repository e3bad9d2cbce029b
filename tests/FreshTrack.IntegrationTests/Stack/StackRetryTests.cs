using System.Net;
using FreshTrack.Api;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.IntegrationTests.Stack;

/// <summary>What becomes of a request to the API whose instance is not there.</summary>
public sealed class StackRetryTests(StackProxy proxy) : IClassFixture<StackProxy>
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/webhooks/ttn", false)]
    [InlineData("/api/webhooks/ttn", true)]
    [InlineData("/api/ingest/readings", false)]
    [InlineData("/api/orgs", false)]
    public async Task Request_whose_instance_died_goes_to_no_other_one_without_its_body(string path, bool isChunked)
    {
        using var client = proxy.Client();
        client.DefaultRequestHeaders.Add("Dies", "with it");
        var answers = new List<string>();
        // Enough to meet both instances.
        for (var i = 0; i < 24; i++)
        {
            using var body = new StringContent("21.5 degrees");
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"https://{StackProxy.Api}{path}"));
            request.Content = body;
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await client.SendAsync(request, Cancel);
            answers.Add(
                answer.StatusCode == HttpStatusCode.OK
                    ? await answer.Content.ReadAsStringAsync(Cancel)
                    : $"{(int)answer.StatusCode}, again in {RetryAfter(answer)} s"
            );
        }

        Assert.Equal(["503, again in 60 s", "POST 21.5 degrees"], answers.Distinct().Order());
    }

    [Theory]
    [InlineData("/api/webhooks/ttn")]
    [InlineData("/api/orgs")]
    public async Task Request_waits_with_its_body_while_no_instance_is_ready(string path)
    {
        await proxy.SetReadyAsync(isReady: false);
        try
        {
            await UntilNobodyAnswersAsync();
            var waiting = EchoedAsync(path);
            await Task.Delay(Short, Cancel);
            Assert.False(waiting.IsCompleted);

            await proxy.SetReadyAsync(isReady: true);

            Assert.Equal("POST 21.5 degrees", await waiting);
        }
        finally
        {
            await proxy.SetReadyAsync(isReady: true);
        }
    }

    [Fact]
    public async Task Instance_that_is_ready_is_found_by_each_of_many_requests_at_once()
    {
        // What found none is not given time to find one.
        await proxy.ReloadAsync("s/lb_try_duration 5s/lb_try_duration 0s/");
        await proxy.SetReadyAsync(isReady: false, port: 8081);
        try
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            ends.CancelAfter(TimeSpan.FromSeconds(4));

            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AskAsync(ends.Token)));

            Assert.True(answers.Sum(answer => answer.Values.Sum()) > 200);
            Assert.Equal([HttpStatusCode.OK], answers.SelectMany(answer => answer.Keys).Distinct());
        }
        finally
        {
            await proxy.SetReadyAsync(isReady: true, port: 8081);
            await proxy.ReloadAsync("");
        }
    }

    /// <summary>A body that is as long as the buffer counts as one that goes on.</summary>
    [Fact]
    public void Body_that_the_API_takes_is_kept_whole_by_the_Caddy_of_the_stack()
    {
        var file = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "deploy", "caddy", "Caddyfile"));

        const string Start = "{$API_BODIES:request_buffers ";
        var line = Assert.Single(file.Split('\n'), line => line.Contains(Start)).Trim();
        var kept = line[Start.Length..line.IndexOf("MiB")];

        Assert.True(int.Parse(kept) << 20 > FreshTrackApi.MaximumBody, $"{kept} MiB are kept.");
    }

    [Fact]
    public async Task Request_that_changes_nothing_goes_to_the_instance_that_lives()
    {
        using var client = proxy.Client();
        client.DefaultRequestHeaders.Add("Dies", "with it");

        for (var i = 0; i < 24; i++)
        {
            var got = await client.GetStringAsync(new Uri($"https://{StackProxy.Api}/api/orgs"), Cancel);
            Assert.Equal("GET", got.TrimEnd());
        }
    }

    private async Task<string> EchoedAsync(string path)
    {
        using var client = proxy.Client();
        client.DefaultRequestHeaders.Add("Echoed", "with its body");
        using var body = new StringContent("21.5 degrees");
        using var answer = await client.PostAsync(new Uri($"https://{StackProxy.Api}{path}"), body, Cancel);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    /// <returns>How often which answer came.</returns>
    private async Task<Dictionary<HttpStatusCode, int>> AskAsync(CancellationToken ends)
    {
        var answers = new Dictionary<HttpStatusCode, int>();
        using var client = proxy.Client();
        while (!ends.IsCancellationRequested)
        {
            using var answer = await client.GetAsync(new Uri($"https://{StackProxy.Api}/api/orgs"), Cancel);
            answers[answer.StatusCode] = answers.GetValueOrDefault(answer.StatusCode) + 1;
        }

        return answers;
    }

    /// <summary>Returns when Caddy knows that neither instance is ready: several requests in a row are left
    /// waiting.</summary>
    private async Task UntilNobodyAnswersAsync()
    {
        using var client = proxy.Client();
        client.Timeout = Short;
        for (var waited = 0; waited < 3; )
        {
            try
            {
                await client.GetStringAsync(new Uri($"https://{StackProxy.Api}/api/orgs"), Cancel);
                waited = 0;
            }
            catch (TaskCanceledException) when (!Cancel.IsCancellationRequested)
            {
                waited++;
            }
        }
    }

    private static string RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Retry-After", out var values) ? string.Join(", ", values) : "";
}
