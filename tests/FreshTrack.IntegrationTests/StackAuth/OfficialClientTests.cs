using FreshTrack.Clients.StackAuth;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>The client that the application signs people in with gets along with the stand-in.</summary>
public sealed class OfficialClientTests
{
    private const string Email = "ann@example.org";
    private const string Password = "correct horse";
    private const string Another = "battery staple";

    [Fact]
    public async Task Person_signs_up_confirms_the_address_signs_in_and_out()
    {
        await using var project = await StartAsync();

        var signedUp = await OfficialClient.RunAsync(project, "signUp", Email, Password);
        await OfficialClient.RunAsync(project, "verify", await project.MailedCodeAsync());
        var signedIn = await OfficialClient.RunAsync(project, "signIn", Email, Password);
        var signedOut = await OfficialClient.RunAsync(project, "signOut", Email, Password);

        Assert.Equal((Email, "false"), ($"{signedUp["email"]}", $"{signedUp["verified"]}"));
        Assert.Equal(
            ($"{signedUp["id"]}", Email, "true"),
            ($"{signedIn["id"]}", $"{signedIn["email"]}", $"{signedIn["verified"]}")
        );
        Assert.Null(signedOut["user"]);
    }

    [Fact]
    public async Task Session_gets_another_access_token_before_the_first_one_ends()
    {
        await using var project = await StartAsync(TimeSpan.FromSeconds(22));
        var signedUp = await OfficialClient.RunAsync(project, "signUp", Email, Password);

        var refreshed = await OfficialClient.RunAsync(project, "refresh", Email, Password);

        Assert.Equal(($"{signedUp["id"]}", "true"), ($"{refreshed["id"]}", $"{refreshed["renewed"]}"));
    }

    [Fact]
    public async Task Moved_user_sets_a_password_by_mail_and_signs_in()
    {
        await using var project = await StartAsync();
        var moved = await MoveAsync(project);

        await OfficialClient.RunAsync(project, "sendReset", Email);
        var code = await project.MailedCodeAsync();
        await OfficialClient.RunAsync(project, "reset", code, Password);
        var signedIn = await OfficialClient.RunAsync(project, "signIn", Email, Password);

        Assert.Equal($"{moved}", $"{signedIn["id"]}");
        Assert.Equal(
            "VERIFICATION_CODE_ALREADY_USED",
            $"{(await OfficialClient.RunAsync(project, "reset", code, Another))["error"]}"
        );
        Assert.Equal(
            "EMAIL_PASSWORD_MISMATCH",
            $"{(await OfficialClient.RunAsync(project, "signIn", Email, Another))["error"]}"
        );
    }

    [Fact]
    public async Task Moved_user_signs_in_with_a_mailed_code()
    {
        await using var project = await StartAsync();
        var moved = await MoveAsync(project);

        await OfficialClient.RunAsync(project, "sendCode", Email);
        var signedIn = await OfficialClient.RunAsync(project, "signInWithCode", await project.MailedCodeAsync());

        Assert.Equal($"{moved}", $"{signedIn["id"]}");
    }

    private static async Task<Guid> MoveAsync(StackAuthProject project)
    {
        var client = new StackAuthClient(project.Http, StackAuthProject.Id, StackAuthProject.ServerKey);
        var user = new SourceUser(Guid.CreateVersion7(), Email, EmailVerified: true, "Ann");
        return (await client.CreateUserAsync(user, TestContext.Current.CancellationToken)).Id;
    }

    /// <summary>The client goes by the machine's clock.</summary>
    private static Task<StackAuthProject> StartAsync(TimeSpan? life = null) =>
        StackAuthProject.StartAsync(options =>
            options with
            {
                Clock = TimeProvider.System,
                AccessTokenLife = life ?? options.AccessTokenLife,
            }
        );
}
