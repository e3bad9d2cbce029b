using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class PasswordTests
{
    private const string Password = "correct horse";

    [Fact]
    public async Task User_who_was_created_with_a_hash_signs_in_with_the_password()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync(
            new JsonObject
            {
                ["primary_email"] = "ann@example.org",
                ["primary_email_auth_enabled"] = true,
                ["password_hash"] = BCrypt.Net.BCrypt.HashPassword(Password, 4),
            }
        );

        Assert.Equal(id, (await SignInAsync(project, Password))["user_id"]);
        var wrong = await SignInAsync(project, "wrong horse");
        Assert.Equal((400, "EMAIL_PASSWORD_MISMATCH"), (wrong.Status, wrong.Code));
    }

    [Fact]
    public async Task Address_that_is_not_for_sign_in_does_not_sign_in()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync(new JsonObject { ["primary_email"] = "ann@example.org", ["password"] = Password });

        Assert.Equal("EMAIL_PASSWORD_MISMATCH", (await SignInAsync(project, Password)).Code);
    }

    [Fact]
    public async Task Signed_up_user_verifies_the_address_by_mail()
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await SignUpAsync(project, "ann@example.org", Password);
        var code = await project.MailedCodeAsync();
        var before = await project.ServerAsync(HttpMethod.Get, $"/users/{answer["user_id"]}");
        var verified = await project.ClientAsync(
            HttpMethod.Post,
            "/contact-channels/verify",
            new JsonObject { ["code"] = code }
        );
        var after = await project.ServerAsync(HttpMethod.Get, $"/users/{answer["user_id"]}");

        Assert.Equal(200, verified.Status);
        Assert.Equal(("false", "true"), (before["primary_email_verified"], after["primary_email_verified"]));
        Assert.Equal(("true", "true"), (after["primary_email_auth_enabled"], after["has_password"]));
    }

    [Theory]
    [InlineData("ann@example.org", "1234567", 400, "PASSWORD_TOO_SHORT")]
    [InlineData("ann@localhost", Password, 400, "SCHEMA_ERROR")]
    [InlineData("taken@example.org", Password, 409, "USER_EMAIL_ALREADY_EXISTS")]
    public async Task Sign_up_is_refused(string email, string password, int status, string code)
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("taken@example.org");

        var answer = await SignUpAsync(project, email, password);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Sign_up_follows_the_project_s_settings()
    {
        await using var closed = await StackAuthProject.StartAsync(options => options with { AllowsSignUp = false });
        await using var without = await StackAuthProject.StartAsync(options =>
            options with
            {
                AllowsPasswords = false,
            }
        );

        Assert.Equal("SIGN_UP_NOT_ENABLED", (await SignUpAsync(closed, "ann@example.org", Password)).Code);
        Assert.Equal(
            "PASSWORD_AUTHENTICATION_NOT_ENABLED",
            (await SignUpAsync(without, "ann@example.org", Password)).Code
        );
        Assert.Equal("PASSWORD_AUTHENTICATION_NOT_ENABLED", (await SignInAsync(without, Password)).Code);
    }

    private static Task<StackAuthAnswer> SignUpAsync(StackAuthProject project, string email, string password) =>
        project.ClientAsync(
            HttpMethod.Post,
            "/auth/password/sign-up",
            new JsonObject
            {
                ["email"] = email,
                ["password"] = password,
                ["verification_callback_url"] = StackAuthProject.Callback,
            }
        );

    private static Task<StackAuthAnswer> SignInAsync(StackAuthProject project, string password) =>
        project.ClientAsync(
            HttpMethod.Post,
            "/auth/password/sign-in",
            new JsonObject { ["email"] = "Ann@example.org", ["password"] = password }
        );
}
