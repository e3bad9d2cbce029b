using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.SupabaseAuth;

public sealed class AdminTests(Servers servers)
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Created_user_is_read_changed_and_deleted()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        var id = await project.CreateAsync("Ann@Example.org", Password);

        var changed = await project.AdminAsync(
            HttpMethod.Put,
            $"/{id}",
            new JsonObject { ["user_metadata"] = new JsonObject { ["full_name"] = "Ann" } }
        );
        var read = await project.AdminAsync(HttpMethod.Get, $"/{id}");
        var list = await project.AdminAsync(HttpMethod.Get, "?page=1&per_page=10");
        var deleted = await project.AdminAsync(HttpMethod.Delete, $"/{id}");

        Assert.Equal("Ann", changed.Body["user_metadata"]!["full_name"]!.ToString());
        Assert.Equal(("ann@example.org", "email"), (read["email"], read.Body["app_metadata"]!["provider"]!.ToString()));
        Assert.Single(list.Body["users"]!.AsArray());
        Assert.Equal(200, deleted.Status);
        Assert.Equal("user_not_found", (await project.AdminAsync(HttpMethod.Get, $"/{id}"))["error_code"]);
    }

    [Fact]
    public async Task Service_key_is_demanded()
    {
        await using var project = await SupabaseProject.StartAsync(servers);

        Assert.Equal((401, "no_authorization"), await AskAsync(null));
        Assert.Equal((403, "bad_jwt"), await AskAsync("nonsense"));
        Assert.Equal((403, "bad_jwt"), await AskAsync(SupabaseProject.Token("service_role", new string('x', 40))));
        Assert.Equal((403, "bad_jwt"), await AskAsync(SupabaseProject.Token("service_role", expires: 1)));
        Assert.Equal((403, "not_admin"), await AskAsync(SupabaseProject.Token("anon")));
        Assert.Equal((200, ""), await AskAsync(SupabaseProject.SecretKey));

        async Task<(int, string)> AskAsync(string? key)
        {
            var answer = await project.SendAsync(HttpMethod.Get, "admin/users", body: null, key);
            return (answer.Status, answer["error_code"]);
        }
    }

    [Theory]
    [InlineData("{}", 400, "validation_failed")]
    [InlineData("""{"email":"no address"}""", 400, "validation_failed")]
    [InlineData("""{"email":"TAKEN@example.org"}""", 422, "email_exists")]
    [InlineData("""{"email":"a@example.org","password":"12345"}""", 422, "weak_password")]
    [InlineData("""{"email":"a@example.org","password":"123456","password_hash":"x"}""", 400, "validation_failed")]
    [InlineData("""{"email":"a@example.org","id":"42"}""", 400, "validation_failed")]
    [InlineData("""{"email":"a@example.org","ban_duration":"long"}""", 400, "validation_failed")]
    [InlineData("[]", 400, "bad_json")]
    public async Task New_user_is_refused(string body, int status, string code)
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        await project.CreateAsync("taken@example.org", Password);

        var answer = await project.AdminAsync(HttpMethod.Post, "", JsonNode.Parse(body));

        Assert.Equal((status, code), (answer.Status, answer["error_code"]));
        Assert.Equal(status.ToString(), answer["code"]);
    }

    [Fact]
    public async Task User_id_may_be_given()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        var id = "3f0c6b7e-2a57-4d5e-9d4f-0c8a1b2c3d4e";

        var answer = await project.AdminAsync(
            HttpMethod.Post,
            "",
            new JsonObject { ["email"] = "ann@example.org", ["id"] = id }
        );

        Assert.Equal(id, answer["id"]);
    }

    [Theory]
    [InlineData("42", "validation_failed")]
    [InlineData("00000000-0000-0000-0000-000000000000", "user_not_found")]
    public async Task Unknown_user_is_not_found(string id, string code)
    {
        await using var project = await SupabaseProject.StartAsync(servers);

        var answer = await project.AdminAsync(HttpMethod.Delete, $"/{id}");

        Assert.Equal((404, code), (answer.Status, answer["error_code"]));
    }

    [Fact]
    public async Task Violated_constraint_is_passed_on_with_the_database_s_code()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        await project.RunAsync("alter table auth.users add constraint no_ann check (email not like 'ann%')");

        var answer = await project.AdminAsync(HttpMethod.Post, "", new JsonObject { ["email"] = "ann@example.org" });

        Assert.Equal((500, "23514"), (answer.Status, answer["code"]));
    }

    [Fact]
    public async Task Health_is_told_without_a_key()
    {
        await using var project = await SupabaseProject.StartAsync(servers);

        Assert.Equal("GoTrue", (await project.SendAsync(HttpMethod.Get, "health", body: null, key: null))["name"]);
    }
}
