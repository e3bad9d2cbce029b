using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using FreshTrack.Api.Schema;
using FreshTrack.Clients.StackAuth;
using FreshTrack.IntegrationTests.Api;
using FreshTrack.IntegrationTests.StackAuth;
using FreshTrack.Migration.Users;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Migration.Accounts;

/// <summary>Users who moved from a source into a Stack Auth with a mailbox, and into the target of an
/// API.</summary>
internal sealed class MovedUsers : IAsyncDisposable
{
    private const string Source = """
        create schema auth;
        create table auth.users (id uuid primary key, email text, email_confirmed_at timestamptz,
            raw_user_meta_data jsonb, phone text, created_at timestamptz default now(), banned_until timestamptz,
            deleted_at timestamptz, is_sso_user boolean default false);
        insert into auth.users (id, email, email_confirmed_at, banned_until, deleted_at) values
            ('00000000-0000-4000-8000-000000000001', ' Ann@Example.org ', now(), null, null),
            ('00000000-0000-4000-8000-000000000002', 'ben@example.org', null, '1999-01-01', null),
            ('00000000-0000-4000-8000-000000000003', 'bad@example.org', now(), '2099-01-01', null),
            ('00000000-0000-4000-8000-000000000004', 'gone@example.org', now(), null, now());
        """;

    private const string PlanText = """
        version: 1
        tables:
          - source: auth.users
            target: public.users
            columns: { metadata: raw_user_meta_data }
            users: [id]
            leave: [is_sso_user]
        """;

    private readonly HttpClient http;

    private MovedUsers(Move move, ResolvedPlan plan, StackAuthProject project, DelegatingHandler? between)
    {
        (Move, Plan, Project) = (move, plan, project);
        var server = new SocketsHttpHandler();
        if (between is not null)
        {
            between.InnerHandler = server;
        }

        http = new HttpClient(between ?? (HttpMessageHandler)server) { BaseAddress = project.Http.BaseAddress };
        StackAuth = new StackAuthClient(http, StackAuthProject.Id, StackAuthProject.ServerKey);
    }

    public Move Move { get; }

    public ResolvedPlan Plan { get; }

    public StackAuthProject Project { get; }

    public StackAuthClient StackAuth { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="between">What stands between the move and Stack Auth.</param>
    public static async Task<MovedUsers> PrepareAsync(
        Servers servers,
        bool requiresVerification = false,
        DelegatingHandler? between = null
    )
    {
        var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                RequiresEmailVerification = requiresVerification,
            }
        );
        var move = await Move.CreateAsync(servers, Source, "select 1", Cancel);
        Assert.Null(
            (await SchemaMigration.RunAsync(move.TargetAddress, temperatures: null, project.Clock, Cancel)).Problem
        );
        return new MovedUsers(move, await move.PreflightAsync(PlanText, Cancel), project, between);
    }

    public static async Task<MovedUsers> RunAsync(
        Servers servers,
        bool requiresVerification = false,
        DelegatingHandler? between = null
    )
    {
        var moved = await PrepareAsync(servers, requiresVerification, between);
        await MoveSlice.RunAsync(
            On.Servers(moved.Move.Source, moved.Move.Target, moved.Move.Store, moved.StackAuth),
            TimeProvider.System,
            moved.Plan,
            moved.Move.Options,
            null,
            Cancel
        );
        return moved;
    }

    public Task<UserMapResult> MapAsync() => MapAsync(Move.Options.RunId);

    public Task<UserMapResult> MapAsync(string runId) =>
        new UserMapper(Move.Source, Move.Target, StackAuth, TimeProvider.System).RunAsync(Plan, runId, null, Cancel);

    /// <summary>Source id, Stack Auth id and address of each, as the map has them.</summary>
    public Task<List<string>> MapRowsAsync() =>
        Move.RowsAsync(
            Move.Target,
            "select source_id || ' ' || target_id || ' ' || email from migration.user_map order by source_id",
            Cancel
        );

    /// <summary>Who somebody became.</summary>
    public async Task<string> IdOfAsync(string email) =>
        (await MapRowsAsync()).Single(row => row.EndsWith($" {email}")).Split(' ')[1];

    public Task<StackAuthAnswer> AskAsync(string path, JsonObject body, string? token = null) =>
        Project.ClientAsync(HttpMethod.Post, path, body, token);

    /// <summary>Asks for a password reset as the sign-in page does, on a clock that goes on meanwhile.</summary>
    public async Task<StackAuthAnswer> SendResetAsync(string email)
    {
        var sending = AskAsync(
            "/auth/password/send-reset-code",
            new JsonObject { ["email"] = email, ["callback_url"] = StackAuthProject.Callback }
        );
        while (!sending.IsCompleted)
        {
            Project.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }

        return await sending;
    }

    /// <summary>Sets a password with the mailed link, and signs in with it.</summary>
    public async Task<StackAuthAnswer> ResetAndSignInAsync(string email)
    {
        const string password = "correct horse";
        var sent = await SendResetAsync(email);
        Assert.Equal(200, sent.Status);
        var code = await Project.MailedCodeAsync();
        var reset = await AskAsync("/auth/password/reset", new JsonObject { ["code"] = code, ["password"] = password });
        Assert.True(reset.Status == 200, reset.Text);
        return await AskAsync("/auth/password/sign-in", new JsonObject { ["email"] = email, ["password"] = password });
    }

    /// <summary>What the API answers to a member of an organization who brings the token.</summary>
    /// <param name="user">Of Stack Auth, made the owner first.</param>
    public async Task<HttpStatusCode> AskApiAsync(string user, string token)
    {
        var organization = (
            await Move.RowsAsync(
                Move.Target,
                $"""
                with o as (insert into organizations (name, slug) values ('Test', 'test-{Guid.CreateVersion7():N}')
                  returning id),
                r as (insert into user_roles (user_id, organization_id, role) select '{user}', id, 'owner' from o)
                select id::text from o
                """,
                Cancel
            )
        )[0];
        await using var api = FreshTrackApi.Build(
            new ApiOptions
            {
                Database = Move.TargetAddress,
                StackAuthUrl = Project.Http.BaseAddress!,
                StackAuthProject = StackAuthProject.Id,
                WebhookKey = ApiStage.Key,
                Clock = Project.Clock,
                Listen = "http://127.0.0.1:0",
            }
        );
        await api.StartAsync(Cancel);
        using var client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.GetAsync(
            new Uri($"/api/orgs/{organization}/alerts", UriKind.Relative),
            Cancel
        );
        await api.StopAsync(Cancel);
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Project.DisposeAsync();
        await Move.DisposeAsync();
    }
}
