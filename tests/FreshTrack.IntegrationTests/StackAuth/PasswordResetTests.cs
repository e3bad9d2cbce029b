using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class PasswordResetTests
{
    private const string Maybe = "maybe, only if user with e-mail exists";
    private const string Password = "correct horse";

    [Fact]
    public async Task User_without_a_password_sets_one_by_mail_and_every_session_ends()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var session = await project.SessionAsync(id);

        var sent = await SendAsync(project, "ann@example.org");
        var reset = await ResetAsync(project, await project.MailedCodeAsync(), Password);
        var signedIn = await project.ClientAsync(
            HttpMethod.Post,
            "/auth/password/sign-in",
            new JsonObject { ["email"] = "ann@example.org", ["password"] = Password }
        );

        Assert.Equal((200, Maybe), (sent.Status, sent["success"]));
        Assert.Equal((200, "true"), (reset.Status, reset["success"]));
        Assert.Equal(id, signedIn["user_id"]);
        var headers = StackAuthProject.ServerHeaders;
        headers["X-Stack-Refresh-Token"] = session["refresh_token"];
        Assert.Equal(
            "REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED",
            (await project.SendAsync(HttpMethod.Post, "/auth/sessions/current/refresh", null, headers)).Code
        );
    }

    [Theory]
    [InlineData("ann@example.org")]
    [InlineData("unknown@example.org")]
    public async Task Address_that_signs_nobody_in_gets_the_same_answer_and_no_mail(string email)
    {
        await using var project = await StackAuthProject.StartAsync();
        // Has the address, and does not sign in with it.
        await project.CreateAsync(
            new JsonObject { ["primary_email"] = "ann@example.org", ["primary_email_verified"] = true }
        );

        var sending = SendAsync(project, email, "https://elsewhere.example.com/");
        while (!sending.IsCompleted)
        {
            project.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var answer = await sending;
        Assert.Equal((200, Maybe), (answer.Status, answer["success"]));
        Assert.Equal(0, project.Mailbox.Attempts);
    }

    [Fact]
    public async Task Mail_server_that_is_down_does_not_change_the_answer()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        await project.Mailbox.StopAsync();

        Assert.Equal(200, (await SendAsync(project, "ann@example.org")).Status);
    }

    [Fact]
    public async Task Link_that_leads_elsewhere_is_refused()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");

        Assert.Equal(
            "REDIRECT_URL_NOT_WHITELISTED",
            (await SendAsync(project, "ann@example.org", "https://elsewhere.example.com/")).Code
        );
    }

    [Theory]
    [InlineData(7, 400, "PASSWORD_TOO_SHORT")]
    [InlineData(71, 400, "SCHEMA_ERROR")]
    public async Task Password_of_another_length_is_refused(int length, int status, string code)
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        await SendAsync(project, "ann@example.org");

        var answer = await ResetAsync(project, await project.MailedCodeAsync(), new string('p', length));

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Code_of_a_sign_in_resets_nothing()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        await project.ClientAsync(
            HttpMethod.Post,
            "/auth/otp/send-sign-in-code",
            new JsonObject { ["email"] = "ann@example.org", ["callback_url"] = StackAuthProject.Callback }
        );

        var answer = await ResetAsync(project, await project.MailedCodeAsync(), Password);

        Assert.Equal((404, "VERIFICATION_CODE_NOT_FOUND"), (answer.Status, answer.Code));
    }

    private static Task<StackAuthAnswer> SendAsync(
        StackAuthProject project,
        string email,
        string callback = StackAuthProject.Callback
    ) =>
        project.ClientAsync(
            HttpMethod.Post,
            "/auth/password/send-reset-code",
            new JsonObject { ["email"] = email, ["callback_url"] = callback }
        );

    private static Task<StackAuthAnswer> ResetAsync(StackAuthProject project, string code, string password) =>
        project.ClientAsync(
            HttpMethod.Post,
            "/auth/password/reset",
            new JsonObject { ["code"] = code, ["password"] = password }
        );
}
