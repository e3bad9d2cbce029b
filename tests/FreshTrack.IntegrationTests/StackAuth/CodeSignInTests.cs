using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class CodeSignInTests
{
    [Fact]
    public async Task User_signs_in_with_the_link_of_the_mail()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        await SendAsync(project, "Ann@example.org");
        var code = await project.MailedCodeAsync();
        var check = await SignInAsync(project, code, "/check-code");
        var answer = await SignInAsync(project, code);

        Assert.Equal("true", check["is_code_valid"]);
        Assert.Equal((id, "false"), (answer["user_id"], answer["is_new_user"]));
        Assert.Equal("VERIFICATION_CODE_ALREADY_USED", (await SignInAsync(project, code)).Code);
    }

    [Fact]
    public async Task User_signs_in_with_the_six_characters_of_the_mail_and_the_nonce()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        var sent = await SendAsync(project, "ann@example.org");
        var shown = (await project.MailAsync()).Split('\n')[0].Trim()[^6..];
        var answer = await SignInAsync(project, shown + sent["nonce"]);

        Assert.Equal(id, answer["user_id"]);
    }

    [Fact]
    public async Task Address_that_is_not_for_sign_in_makes_a_second_user()
    {
        await using var project = await StackAuthProject.StartAsync();
        var moved = await project.CreateAsync(
            new JsonObject { ["primary_email"] = "ann@example.org", ["primary_email_verified"] = true }
        );

        await SendAsync(project, "ann@example.org");
        var answer = await SignInAsync(project, await project.MailedCodeAsync());

        Assert.Equal("true", answer["is_new_user"]);
        Assert.NotEqual(moved, answer["user_id"]);
    }

    [Fact]
    public async Task Address_that_is_not_for_sign_in_is_refused_where_nobody_may_sign_up()
    {
        await using var project = await StackAuthProject.StartAsync(options => options with { AllowsSignUp = false });
        await project.CreateAsync(new JsonObject { ["primary_email"] = "ann@example.org" });

        var answer = await SendAsync(project, "ann@example.org");

        Assert.Equal((400, "SIGN_UP_NOT_ENABLED"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Address_that_was_never_verified_gets_no_code()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org", verified: false);

        var answer = await SendAsync(project, "ann@example.org");

        Assert.Equal((409, "USER_EMAIL_ALREADY_EXISTS"), (answer.Status, answer.Code));
        Assert.Equal("true", answer.Body["details"]!["would_work_if_email_was_verified"]!.ToString());
    }

    [Theory]
    [InlineData("ann@localhost")]
    [InlineData("ann@example.o")]
    [InlineData("ann..lee@example.org")]
    [InlineData(".ann@example.org")]
    public async Task Address_that_is_most_likely_mistyped_is_refused(string email)
    {
        await using var project = await StackAuthProject.StartAsync();

        Assert.Equal("SCHEMA_ERROR", (await SendAsync(project, email)).Code);
    }

    [Theory]
    [InlineData("https://elsewhere.example.com/", "REDIRECT_URL_NOT_WHITELISTED")]
    [InlineData("not a url", "SCHEMA_ERROR")]
    public async Task Link_leads_to_trusted_domains_only(string callback, string code)
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");

        Assert.Equal(code, (await SendAsync(project, "ann@example.org", callback)).Code);
    }

    [Fact]
    public async Task Codes_are_switched_off_by_the_project()
    {
        await using var project = await StackAuthProject.StartAsync(options => options with { AllowsCodes = false });

        Assert.Equal(403, (await SendAsync(project, "ann@example.org")).Status);
    }

    [Theory]
    [InlineData("short", 400, "SCHEMA_ERROR")]
    [InlineData("000000000000000000000000000000000000000000000", 404, "VERIFICATION_CODE_NOT_FOUND")]
    public async Task Code_that_was_never_sent_is_refused(string code, int status, string error)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await SignInAsync(project, code);

        Assert.Equal((status, error), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Code_is_good_for_seven_days_and_twenty_attempts()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        await SendAsync(project, "ann@example.org");
        var code = await project.MailedCodeAsync();

        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.Equal(404, (await SignInAsync(project, "zzzzzz" + code[6..])).Status);
        }

        Assert.Equal("VERIFICATION_CODE_MAX_ATTEMPTS_REACHED", (await SignInAsync(project, code)).Code);
        project.Clock.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        Assert.Equal("VERIFICATION_CODE_EXPIRED", (await SignInAsync(project, code)).Code);
    }

    [Fact]
    public async Task User_with_a_second_factor_is_not_signed_in_by_the_first()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        await project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{id}",
            new JsonObject { ["totp_secret_base64"] = "c2VjcmV0" }
        );
        await SendAsync(project, "ann@example.org");

        var answer = await SignInAsync(project, await project.MailedCodeAsync());

        Assert.Equal((400, "MULTI_FACTOR_AUTHENTICATION_REQUIRED"), (answer.Status, answer.Code));
    }

    private static Task<StackAuthAnswer> SendAsync(
        StackAuthProject project,
        string email,
        string callback = StackAuthProject.Callback
    ) =>
        project.ClientAsync(
            HttpMethod.Post,
            "/auth/otp/send-sign-in-code",
            new JsonObject { ["email"] = email, ["callback_url"] = callback }
        );

    private static Task<StackAuthAnswer> SignInAsync(StackAuthProject project, string code, string what = "") =>
        project.ClientAsync(HttpMethod.Post, $"/auth/otp/sign-in{what}", new JsonObject { ["code"] = code });
}
