using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.SupabaseAuth;

public sealed class SignInTests(Servers servers)
{
    private const string Email = "ann@example.org";
    private const string Password = "correct horse";

    private const string SessionTables = """
        create table auth.sessions (id uuid primary key,
          user_id uuid not null references auth.users (id) on delete cascade, created_at timestamptz,
          updated_at timestamptz);
        create table auth.refresh_tokens (id bigserial primary key, token varchar(255), user_id varchar(255),
          revoked bool, session_id uuid references auth.sessions (id) on delete cascade, created_at timestamptz,
          updated_at timestamptz);
        alter table auth.sessions owner to supabase_auth_admin;
        alter table auth.refresh_tokens owner to supabase_auth_admin;
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sign_in_writes_to_the_database(bool hasSessionTables)
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        if (hasSessionTables)
        {
            await project.RunAsync(SessionTables);
        }

        var id = await project.CreateAsync(Email, Password);
        var answer = await project.SignInAsync("Ann@example.org", Password);

        Assert.Equal((200, "bearer"), (answer.Status, answer["token_type"]));
        Assert.Equal(id, answer.Body["user"]!["id"]!.ToString());
        Assert.Equal("True", await project.TextAsync("select last_sign_in_at is not null from auth.users"));
        if (hasSessionTables)
        {
            Assert.Equal(
                answer["refresh_token"],
                await project.TextAsync(
                    "select token from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id"
                )
            );
        }
    }

    [Theory]
    [InlineData(Email, "wrong", "password", "invalid_credentials")]
    [InlineData("unknown@example.org", Password, "password", "invalid_credentials")]
    [InlineData("", Password, "password", "validation_failed")]
    [InlineData(Email, Password, "device_code", "invalid_credentials")]
    public async Task Sign_in_is_refused(string email, string password, string grant, string code)
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        await project.CreateAsync(Email, Password);

        var answer = await project.SignInAsync(email, password, grant);

        Assert.Equal((400, code), (answer.Status, answer["error_code"]));
    }

    [Fact]
    public async Task Unconfirmed_and_banned_users_are_refused()
    {
        await using var project = await SupabaseProject.StartAsync(servers);
        await project.AdminAsync(HttpMethod.Post, "", new JsonObject { ["email"] = Email, ["password"] = Password });
        Assert.Equal("email_not_confirmed", (await project.SignInAsync(Email, Password))["error_code"]);

        await project.RunAsync("update auth.users set banned_until = '2099-01-01'");
        Assert.Equal("user_banned", (await project.SignInAsync(Email, Password))["error_code"]);

        await project.RunAsync("update auth.users set encrypted_password = 'no hash', banned_until = null");
        Assert.Equal("invalid_credentials", (await project.SignInAsync(Email, Password))["error_code"]);
    }
}
