using System.Net;
using FreshTrack.Clients.SupabaseAuth;

namespace FreshTrack.UnitTests.Clients;

public sealed class SupabaseAuthClientTests
{
    private const string Refused =
        """{"code":500,"error_code":"unexpected_failure","msg":"Database error creating new user"}""";
    private const string User = """{"id":"3f0c6b7e-2a57-4d5e-9d4f-0c8a1b2c3d4e"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refusal_of_the_database_is_a_refusal()
    {
        var attempt = await AttemptAsync((200, "{}"), (500, Refused), (200, "{}"), (500, Refused));

        Assert.Equal((ServiceWriteOutcome.Refused, null), (attempt.Outcome, attempt.LeftUser));
        Assert.Contains("Database error", attempt.Answer);
    }

    [Fact]
    public async Task Sessions_that_the_freeze_ended_are_passed_over()
    {
        var attempt = await AttemptAsync(
            (500, Refused),
            (500, Refused),
            (200, "{}"),
            (500, Refused),
            (200, "{}"),
            (500, Refused)
        );

        Assert.Equal(ServiceWriteOutcome.Refused, attempt.Outcome);
    }

    [Fact]
    public async Task Refusal_that_does_not_come_twice_is_none()
    {
        var attempt = await AttemptAsync((200, "{}"), (500, Refused), (200, "{}"), (200, User), (200, "{}"));

        Assert.Equal(ServiceWriteOutcome.Accepted, attempt.Outcome);
    }

    [Theory]
    [InlineData(401, """{"code":401,"error_code":"no_authorization","msg":"no key"}""")]
    [InlineData(500, Refused)]
    [InlineData(503, "<html>maintenance</html>")]
    public async Task Service_that_does_not_even_read_proves_nothing(int status, string body)
    {
        var attempt = await AttemptAsync([.. Enumerable.Repeat((status, body), 20)]);

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains($"reading users answered {status}", attempt.Answer);
    }

    [Theory]
    [InlineData(500, """{"code":"23505","message":"duplicate key"}""")]
    [InlineData(500, """{"code":500,"error_code":"unexpected_failure","msg":"Unexpected failure"}""")]
    [InlineData(502, "<html>bad gateway</html>")]
    [InlineData(422, """{"code":422,"error_code":"email_exists","msg":"taken"}""")]
    [InlineData(429, "slow down")]
    [InlineData(200, "<html>welcome</html>")]
    public async Task Other_answer_to_the_write_proves_nothing(int status, string body)
    {
        var attempt = await AttemptAsync((200, "{}"), (status, body));

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains($"{status}", attempt.Answer);
    }

    [Fact]
    public async Task Created_user_is_deleted_again()
    {
        var attempt = await AttemptAsync((200, "{}"), (200, User), (200, "{}"));

        Assert.Equal((ServiceWriteOutcome.Accepted, null), (attempt.Outcome, attempt.LeftUser));
    }

    [Fact]
    public async Task User_that_could_not_be_deleted_is_named()
    {
        var attempt = await AttemptAsync((200, "{}"), (200, User), (500, "later"));

        Assert.Equal(ServiceWriteOutcome.Accepted, attempt.Outcome);
        Assert.Equal(Guid.Parse("3f0c6b7e-2a57-4d5e-9d4f-0c8a1b2c3d4e"), attempt.LeftUser);
        Assert.Contains("500: later", attempt.Answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task User_whose_creation_got_no_clear_answer_is_named_with_its_address(bool answers)
    {
        var attempt = answers
            ? await AttemptAsync((200, "{}"), (504, "<html>gateway timeout</html>"))
            : await AttemptAsync((200, "{}"));

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Matches("freshtrack-freeze-[0-9a-f]{32}@example.invalid", attempt.Answer);
    }

    [Fact]
    public async Task Created_user_is_deleted_again_though_the_run_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        using var service = new Service(new Queue<(int, string)>([(200, "{}"), (200, User), (200, "{}")]))
        {
            CancelAtSecond = cancelled,
        };
        using var http = new HttpClient(service) { BaseAddress = new Uri("http://auth.test/auth/v1/") };

        var attempt = await new SupabaseAuthClient(http, "the key").AttemptWriteAsync(cancelled.Token);

        Assert.Equal(3, service.Asked.Count);
        Assert.Null(attempt.LeftUser);
    }

    [Fact]
    public async Task Key_that_the_service_repeats_is_not_shown()
    {
        var attempt = await AttemptAsync((401, """{"msg":"invalid key: the key"}"""));

        Assert.Contains("reading users answered 401", attempt.Answer);
        Assert.DoesNotContain("the key", attempt.Answer);
    }

    [Fact]
    public async Task Service_that_cannot_be_reached_proves_nothing()
    {
        var attempt = await AttemptAsync();

        Assert.Equal(ServiceWriteOutcome.NotTried, attempt.Outcome);
        Assert.Contains("cannot be reached", attempt.Answer);
        Assert.DoesNotContain("the key", attempt.Answer);
    }

    private static async Task<ServiceWriteAttempt> AttemptAsync(params (int Status, string Body)[] answers)
    {
        using var service = new Service(new Queue<(int, string)>(answers));
        using var http = new HttpClient(service) { BaseAddress = new Uri("http://auth.test/auth/v1/") };
        var attempt = await new SupabaseAuthClient(http, "the key").AttemptWriteAsync(Token);
        Assert.All(service.Asked, path => Assert.StartsWith("/auth/v1/admin/users", path));
        return attempt;
    }

    /// <summary>Gives its answers in turn, and hangs up after the last.</summary>
    private sealed class Service(Queue<(int Status, string Body)> answers) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        public CancellationTokenSource? CancelAtSecond { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            Asked.Add(request.RequestUri!.AbsolutePath);
            if (Asked.Count == 2 && CancelAtSecond is { } cancelled)
            {
                await cancelled.CancelAsync();
            }

            return answers.TryDequeue(out var answer)
                ? new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new StringContent(answer.Body) }
                : throw new HttpRequestException("Connection refused");
        }
    }
}
