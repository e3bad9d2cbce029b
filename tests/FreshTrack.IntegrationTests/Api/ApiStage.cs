using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Schema;
using FreshTrack.Clients.StackAuth;
using FreshTrack.StackAuth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Respawn;

namespace FreshTrack.IntegrationTests.Api;

/// <summary>The API and the Stack Auth stand-in, listening,
/// on a database of the target schema and on one clock.</summary>
public sealed class ApiStage(Servers servers) : IAsyncLifetime
{
    public const string Project = "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0001";

    public const string ServerKey = "ssk_test";

    public static readonly DateTimeOffset Start = new(2026, 1, 15, 0, 0, 0, TimeSpan.Zero);

    private WebApplication? api;
    private WebApplication? stackAuth;
    private Respawner? respawner;

    public const string KeyText = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    public static WebhookKey Key { get; } = WebhookKey.Parse(KeyText);

    public FakeTimeProvider Clock { get; } = new(Start);

    public string Database { get; private set; } = "";

    public NpgsqlDataSource Data { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public HttpClient StackAuth { get; private set; } = null!;

    public StackAuthClient StackAuthClient => new(StackAuth, Project, ServerKey);

    /// <summary>Everything that the running API answers.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. api!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>The unit that the database stores: most tests are easier to read in the sensors' own.</summary>
    public TemperatureUnit StoredUnit { get; init; } = TemperatureUnit.Celsius;

    /// <summary>The owner's database that is used instead of a new one; null makes one.</summary>
    public string? OwnDatabase { get; init; }

    /// <summary>What this stage's API has besides <see cref="Options"/>.</summary>
    public Func<ApiOptions, ApiOptions> Configure { get; init; } = options => options;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        Database = OwnDatabase ?? await servers.CreateDatabaseAsync(cancellationToken);
        Assert.Null((await SchemaMigration.RunAsync(Database, StoredUnit, Clock, cancellationToken)).Problem);
        Data = NpgsqlDataSource.Create(Database);
        stackAuth = StackAuthServer.Build(
            new StackAuthOptions
            {
                ProjectId = Project,
                ServerKey = ServerKey,
                Clock = Clock,
                Listen = "http://127.0.0.1:0",
            }
        );
        await stackAuth.StartAsync(cancellationToken);
        StackAuth = ServerClient(stackAuth.Urls.First(), Project, ServerKey);
        api = FreshTrackApi.Build(Configure(Options(Database)));
        await api.StartAsync(cancellationToken);
        Client = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
    }

    /// <summary>Options of an API beside this one, on another database.</summary>
    public ApiOptions Options(string database) =>
        new()
        {
            Database = database,
            StackAuthUrl = StackAuth.BaseAddress!,
            StackAuthProject = Project,
            WebhookKey = Key,
            Clock = Clock,
            Listen = "http://127.0.0.1:0",
            LookAgainAfter = TimeSpan.Zero,
            LookOverEvery = TimeSpan.FromMilliseconds(200),
        };

    /// <summary>Lets the API read its directory again, as a change that Redis passes on does.</summary>
    public void Forget() => api!.Services.GetRequiredService<DeviceDirectory>().Forget();

    /// <summary>Empties every table, so that tests of one class start alike.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await using var connection = await Data.OpenConnectionAsync(cancellationToken);
        respawner ??= await Respawner.CreateAsync(
            connection,
            new RespawnerOptions { DbAdapter = DbAdapter.Postgres, SchemasToInclude = ["public"] }
        );
        while (!await TryResetAsync(respawner, connection))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    /// <returns>False when the API, which goes on watching units meanwhile, held what this waited for and waited for
    /// what this held.</returns>
    private static async Task<bool> TryResetAsync(Respawner respawner, NpgsqlConnection connection)
    {
        try
        {
            await respawner.ResetAsync(connection);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
    }

    /// <summary>A user of Stack Auth who may see these organizations, and the access token that they bring.</summary>
    public async Task<string> SignInAsync(
        Guid? organization,
        CancellationToken cancellationToken,
        string role = "viewer"
    )
    {
        var session = await TokenAsync(StackAuth, cancellationToken);
        if (organization is { } member)
        {
            await AddMemberAsync(Data, session.User, member, role, cancellationToken);
        }

        return session.AccessToken;
    }

    public static async Task AddMemberAsync(
        NpgsqlDataSource data,
        Guid user,
        Guid organization,
        string role,
        CancellationToken cancellationToken
    )
    {
        await using var command = data.CreateCommand(
            """
            with person as (insert into users (id, email) values ($1, $2) returning id)
            insert into user_roles (user_id, organization_id, role) select id, $3, $4::app_role from person
            """
        );
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue($"{user:N}@example.com");
        command.Parameters.AddWithValue(organization);
        command.Parameters.AddWithValue(role);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A new user of a Stack Auth, with an access token.</summary>
    public static Task<(Guid User, string AccessToken)> TokenAsync(
        HttpClient stackAuth,
        CancellationToken cancellationToken
    ) =>
        CreateUserAsync(
            stackAuth,
            new JsonObject { ["primary_email"] = $"{Guid.CreateVersion7():N}@example.com" },
            cancellationToken
        );

    /// <summary>A new user of this stage's Stack Auth, created with these fields, with an access token.</summary>
    public Task<(Guid User, string AccessToken)> CreateUserAsync(
        JsonObject fields,
        CancellationToken cancellationToken
    ) => CreateUserAsync(StackAuth, fields, cancellationToken);

    private static async Task<(Guid User, string AccessToken)> CreateUserAsync(
        HttpClient stackAuth,
        JsonObject fields,
        CancellationToken cancellationToken
    )
    {
        var user = await PostAsync(stackAuth, "/api/v1/users", fields, cancellationToken);
        var id = user["id"]!.GetValue<string>();
        var session = await PostAsync(
            stackAuth,
            "/api/v1/auth/sessions",
            new JsonObject { ["user_id"] = id },
            cancellationToken
        );
        return (Guid.Parse(id), session["access_token"]!.GetValue<string>());
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        StackAuth?.Dispose();
        await StopAsync(api);
        await StopAsync(stackAuth);
        if (Data is not null)
        {
            await Data.DisposeAsync();
        }
    }

    /// <summary>A client of the server API that brings these headers.</summary>
    public static HttpClient ServerClient(string address, string project, string? key)
    {
        var client = new HttpClient { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Add("X-Stack-Access-Type", "server");
        client.DefaultRequestHeaders.Add("X-Stack-Project-Id", project);
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-Stack-Secret-Server-Key", key);
        }

        return client;
    }

    private static async Task StopAsync(WebApplication? app)
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }

    private static async Task<JsonNode> PostAsync(
        HttpClient client,
        string path,
        JsonObject body,
        CancellationToken cancellationToken
    )
    {
        using var response = await client.PostAsJsonAsync(path, body, cancellationToken);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken))!;
    }
}
