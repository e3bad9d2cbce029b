using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FreshTrack.Clients.SupabaseAuth;
using Npgsql;

namespace FreshTrack.IntegrationTests.Migration.Freezing;

/// <summary>Supabase Auth as far as the proof of a freeze asks it, on the source's database and under its own
/// role.</summary>
internal sealed class SupabaseAuthOverDatabase : HttpMessageHandler
{
    private readonly NpgsqlDataSource database;
    private readonly HttpClient http;

    public SupabaseAuthOverDatabase(string administrator)
    {
        var address = new NpgsqlConnectionStringBuilder(administrator) { Username = "supabase_auth_admin" };
        database = NpgsqlDataSource.Create(address.ConnectionString);
        http = new HttpClient(this, disposeHandler: false) { BaseAddress = new Uri("http://supabase.test/auth/v1/") };
        Client = new SupabaseAuthClient(http, "service-key");
    }

    public SupabaseAuthClient Client { get; }

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return request.Method.Method switch
            {
                "GET" => Answer(
                    HttpStatusCode.OK,
                    await RunAsync("select count(*)::text from auth.users", cancellationToken)
                ),
                "POST" => Answer(HttpStatusCode.OK, await CreateAsync(request, cancellationToken)),
                _ => Answer(
                    HttpStatusCode.OK,
                    await RunAsync(
                        "delete from auth.users where id = $1::uuid returning id::text",
                        cancellationToken,
                        request.RequestUri!.Segments[^1]
                    )
                ),
            };
        }
        catch (PostgresException)
        {
            return Answer(HttpStatusCode.InternalServerError, null, "Database error creating new user");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            http.Dispose();
            database.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<string?> CreateAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var user = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        return await RunAsync(
            "insert into auth.users (id, email) values (gen_random_uuid(), $1) returning id::text",
            cancellationToken,
            user["email"]!.GetValue<string>()
        );
    }

    private async Task<string?> RunAsync(string sql, CancellationToken cancellationToken, params string[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string? id, string? message = null) =>
        new(status)
        {
            Content = new StringContent(
                new JsonObject
                {
                    ["id"] = id,
                    ["code"] = (int)status,
                    ["msg"] = message,
                }.ToJsonString(),
                Encoding.UTF8,
                "application/json"
            ),
        };
}
