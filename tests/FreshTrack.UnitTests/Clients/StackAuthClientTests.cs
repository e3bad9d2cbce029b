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

    [Theory]
    [InlineData(
        """{"code":"USER_EMAIL_ALREADY_EXISTS","error":"A user with email \"ann.o'k+x@example.org\" exists."}"""
    )]
    [InlineData("""{"error":"ann\u0040example.org is taken"}""")]
    [InlineData("<ann@bücher.example>: key-key")]
    public async Task Refusal_is_shown_without_key_and_address(string answer)
    {
        using var server = new Answers(HttpStatusCode.Conflict, answer);
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://stack-auth.test/") };
        var client = new StackAuthClient(http, "project", "key-key");
        var user = new SourceUser(Guid.Empty, "ann@example.org", EmailVerified: true, "Ann");

        var error = await Assert.ThrowsAsync<StackAuthException>(() => client.CreateUserAsync(user, Token));

        Assert.Contains("answered 409", error.Message);
        Assert.Contains("***", error.Message);
        Assert.DoesNotContain("ann", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("example", error.Message);
        Assert.DoesNotContain("key-key", error.Message);
    }

    [Fact]
    public async Task Page_that_is_followed_by_itself_ends_the_list_with_an_error()
    {
        using var server = new Answers(
            HttpStatusCode.OK,
            """{"items":[],"pagination":{"next_cursor":"00000000-0000-4000-8000-000000000001"}}"""
        );
        using var http = new HttpClient(server) { BaseAddress = new Uri("http://stack-auth.test/") };
        var client = new StackAuthClient(http, "project", "key");

        var error = await Assert.ThrowsAsync<StackAuthException>(async () =>
            await client.ListUsersAsync(Token).ToListAsync(Token)
        );

        Assert.Contains("a page that is followed by itself", error.Message);
        Assert.Equal(2, server.Asked);
    }

    /// <summary>Answers everything alike.</summary>
    private sealed class Answers(HttpStatusCode status, string body) : HttpMessageHandler
    {
        private const int Enough = 10;

        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Assert.True(++Asked < Enough, "asked without end");
            return Task.FromResult(
                new HttpResponseMessage(status)
                {
                    Content = new StringContent(body, encoding: null, "application/json"),
                }
            );
        }
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
