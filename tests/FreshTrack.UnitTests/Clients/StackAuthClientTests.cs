using System.Net;
using System.Net.Http.Json;
using FreshTrack.Clients.StackAuth;

namespace FreshTrack.UnitTests.Clients;

public sealed class StackAuthClientTests
{
    // The pace of a move lets 50 calls through at first.
    private const int Users = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_company_signs_in_at_once()
    {
        var opens = new TaskCompletionSource();
        using var server = new Server(HttpStatusCode.OK, opens.Task);
        using var http = server.Http();
        var client = new StackAuthClient(http, "project", "key");

        var sessions = Enumerable
            .Range(0, Users)
            .Select(_ => client.SignInAsync(Guid.Empty, TimeSpan.FromHours(1), Token))
            .ToList();
        var asked = server.Asked;
        opens.SetResult();

        Assert.Equal(Users, asked);
        Assert.All(await Task.WhenAll(sessions), session => Assert.Equal("token", session.AccessToken));
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_sign_in_that_is_refused_has_failed(HttpStatusCode status)
    {
        using var server = new Server(status, Task.CompletedTask);
        using var http = server.Http();
        var client = new StackAuthClient(http, "project", "key");

        var failed = await Assert.ThrowsAsync<StackAuthException>(() =>
            client.SignInAsync(Guid.Empty, TimeSpan.FromHours(1), Token)
        );

        Assert.Equal(1, server.Asked);
        Assert.Contains($"answered {(int)status}", failed.Message);
    }

    /// <summary>Holds every caller until it opens.</summary>
    private sealed class Server(HttpStatusCode status, Task opens) : HttpMessageHandler
    {
        public int Asked { get; private set; }

        public HttpClient Http() =>
            new(this, disposeHandler: false) { BaseAddress = new Uri("http://stack-auth.test/") };

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Asked++;
            await opens.WaitAsync(cancellationToken);
            return new HttpResponseMessage(status)
            {
                Content = JsonContent.Create(new { access_token = "token", refresh_token = "other" }),
            };
        }
    }
}
