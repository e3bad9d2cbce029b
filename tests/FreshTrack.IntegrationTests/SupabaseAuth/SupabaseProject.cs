using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Clients.SupabaseAuth;
using FreshTrack.Fixtures.Source;
using FreshTrack.SupabaseAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace FreshTrack.IntegrationTests.SupabaseAuth;

/// <summary>What a server answered.</summary>
internal sealed record SupabaseAnswer(int Status, JsonObject Body)
{
    public string this[string name] => Body[name]?.ToString() ?? "";
}

/// <summary>A Supabase Auth stand-in that listens, over a source database of its own in which it acts as
/// <c>supabase_auth_admin</c>.</summary>
internal sealed class SupabaseProject : IAsyncDisposable
{
    public const string SecretKey = "sb_secret_test";
    private const string Secret = "a secret of at least thirty-two characters";

    private readonly WebApplication app;

    private SupabaseProject(WebApplication app, NpgsqlDataSource source)
    {
        (this.app, Source) = (app, source);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First() + "/") };
    }

    /// <summary>A superuser's.</summary>
    public NpgsqlDataSource Source { get; }

    public HttpClient Http { get; }

    public static string ServiceKey => Token("service_role");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public SupabaseAuthClient Client => new(Http, ServiceKey);

    public static async Task<SupabaseProject> StartAsync(Servers servers)
    {
        var address = await servers.CreateSourceAsync(Cancel);
        await using var administrator = NpgsqlDataSource.Create(address.Administrator);
        await SourceDatabase.CreateAsync(administrator, Cancel);
        return await StartAsync(address.Administrator);
    }

    /// <param name="administrator">A superuser's address of a source that is there already.</param>
    public static async Task<SupabaseProject> StartAsync(string administrator)
    {
        var server = SupabaseAuthServer.Build(
            new SupabaseAuthOptions
            {
                Database = new NpgsqlConnectionStringBuilder(administrator)
                {
                    Username = "supabase_auth_admin",
                }.ConnectionString,
                JwtSecret = Secret,
                SecretKey = SecretKey,
                Listen = "http://127.0.0.1:0",
            }
        );
        await server.StartAsync(Cancel);
        return new SupabaseProject(server, NpgsqlDataSource.Create(administrator));
    }

    public static string Token(string role, string secret = Secret, long expires = 4_000_000_000) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new JsonObject { ["role"] = role, ["exp"] = expires }.ToJsonString(),
            new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)),
                SecurityAlgorithms.HmacSha256
            )
        );

    public Task<SupabaseAnswer> AdminAsync(HttpMethod method, string path, JsonNode? body = null) =>
        SendAsync(method, $"admin/users{path}", body, ServiceKey);

    public Task<SupabaseAnswer> SignInAsync(string email, string password, string grant = "password") =>
        SendAsync(
            HttpMethod.Post,
            $"token?grant_type={grant}",
            new JsonObject { ["email"] = email, ["password"] = password },
            key: null
        );

    public async Task<SupabaseAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, string? key)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        using var response = await Http.SendAsync(request, Cancel);
        return new SupabaseAnswer(
            (int)response.StatusCode,
            (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!
        );
    }

    /// <summary>A user who can sign in.</summary>
    public async Task<string> CreateAsync(string email, string password)
    {
        var answer = await AdminAsync(
            HttpMethod.Post,
            "",
            new JsonObject
            {
                ["email"] = email,
                ["password"] = password,
                ["email_confirm"] = true,
            }
        );
        Assert.True(answer.Status == 200, answer.Body.ToJsonString());
        return answer["id"];
    }

    public async Task RunAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    public async Task<string> TextAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return Convert.ToString(await command.ExecuteScalarAsync(Cancel)) ?? "";
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        await Source.DisposeAsync();
    }
}
