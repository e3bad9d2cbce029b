using System.Net;
using System.Text;
using FreshTrack.Clients.StackAuth;
using FreshTrack.Migration;
using FreshTrack.MoveProcess;

namespace FreshTrack.IntegrationTests.Migration;

public sealed class StackAuthTroubleTests(Servers servers)
{
    private const string Schema = "create schema auth; create table auth.users (id uuid primary key, email text);";
    private const string Users =
        "insert into auth.users select ('00000000-0000-4000-8000-00000000000' || i)::uuid, i || "
        + "'@example.org' from generate_series(1, 5) i";
    private const string Plan = "version: 1\ntables: [{ source: auth.users, users: [id] }]\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("<!doctype html><title>Welcome to nginx!</title>", "text/html", "answered what is no user")]
    [InlineData("""{"items":[{"server_metadata":null}]}""", "application/json", "answered what is no user")]
    [InlineData("""{"items":[{"id":"no uuid"}]}""", "application/json", "answered what is no user")]
    [InlineData("{}", "application/json", "a page without items")]
    [InlineData("""{"items":[]}""", "application/json", "users could not be created")]
    [InlineData(
        """
            {"items":[
                {"id":"11111111-1111-4111-8111-111111111111",
                 "server_metadata":{"supabase_id":"00000000-0000-4000-8000-000000000001"}},
                {"id":"22222222-2222-4222-8222-222222222222",
                 "server_metadata":{"supabase_id":"00000000-0000-4000-8000-000000000001"}}]}
            """,
        "application/json",
        "has two users for Supabase user 00000000-0000-4000-8000-000000000001"
    )]
    public async Task An_answer_that_is_no_list_of_users_is_named_and_a_resumed_run_maps_them(
        string answer,
        string type,
        string message
    )
    {
        using var http = new HttpClient(
            new Answers(() =>
                new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, type) }
            )
        );

        await FailsThenResumesAsync(http, message);
    }

    [Fact]
    public async Task A_Stack_Auth_that_refuses_connections_is_named_and_a_resumed_run_maps_them()
    {
        using var http = new HttpClient(new Answers(() => throw new HttpRequestException("Connection refused")));

        await FailsThenResumesAsync(http, "cannot be reached: Connection refused");
    }

    [Fact]
    public async Task A_Stack_Auth_that_never_answers_is_no_cancellation()
    {
        using var http = new HttpClient(new Silence()) { Timeout = TimeSpan.FromMilliseconds(50) };

        await FailsThenResumesAsync(http, "did not answer within");
    }

    [Fact]
    public async Task User_whose_creation_was_answered_to_nobody_is_not_created_twice()
    {
        await using var move = await Move.CreateAsync(servers, Schema + Users, Schema, Token);
        var plan = await move.PreflightAsync(Plan, Token);
        move.Users.AnswersToLose = 3;

        await move.RunAsync(plan, null, Token);

        Assert.Equal(5, move.Users.Count);
        await Whole.AssertAsync(move, plan, Token);
    }

    private async Task FailsThenResumesAsync(HttpClient http, string message)
    {
        await using var move = await Move.CreateAsync(servers, Schema + Users, Schema, Token);
        var plan = await move.PreflightAsync(Plan, Token);
        http.BaseAddress = new Uri("http://stack-auth.test/");
        var broken = new StackAuthClient(http, "project", "key", new FastTime());

        var error = await Assert.ThrowsAsync<MigrationException>(() =>
            MoveSlice.RunAsync(
                new MoveEnvironment(move.Source, move.Target, move.Store, broken, new FastTime()),
                plan,
                move.Options,
                null,
                Token
            )
        );

        Assert.Contains(message, error.Message);
        Assert.Contains("Stack Auth", error.Message);
        Assert.Equal(["0"], await Move.RowsAsync(move.Target, "select count(*)::text from auth.users", Token));
        Assert.Equal(
            ["0"],
            await Move.RowsAsync(
                move.Target,
                "select count(*)::text from pg_class where relname = 'user_map' and reltuples > 0",
                Token
            )
        );
        await move.RunAsync(plan, null, Token);
        await Whole.AssertAsync(move, plan, Token);
    }

    private sealed class Answers(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) => Task.FromResult(answer());
    }

    private sealed class Silence : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
