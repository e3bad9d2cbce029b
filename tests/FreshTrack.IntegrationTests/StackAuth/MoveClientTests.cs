using System.Text.Json.Nodes;
using FreshTrack.Clients.StackAuth;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>What a move does, against a server as strict as the real one.</summary>
public sealed class MoveClientTests
{
    private static readonly SourceUser Ann = new(
        Guid.Parse("00000000-0000-4000-8000-000000000001"),
        "Ann@Example.org",
        EmailVerified: true,
        "Ann"
    );

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Moved_user_signs_in_by_mail_as_the_user_who_was_moved()
    {
        await using var project = await StackAuthProject.StartAsync();
        var moved = await Client(project).CreateUserAsync(Ann, Cancel);

        await project.ClientAsync(
            HttpMethod.Post,
            "/auth/otp/send-sign-in-code",
            new JsonObject { ["email"] = "ann@example.org", ["callback_url"] = StackAuthProject.Callback }
        );
        var answer = await project.ClientAsync(
            HttpMethod.Post,
            "/auth/otp/sign-in",
            new JsonObject { ["code"] = await project.MailedCodeAsync() }
        );

        Assert.Equal((moved.Id.ToString(), "false"), (answer["user_id"], answer["is_new_user"]));
    }

    [Fact]
    public async Task User_without_a_verified_address_is_listed()
    {
        await using var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                RequiresEmailVerification = true,
            }
        );
        var moved = await Client(project).CreateUserAsync(Ann with { EmailVerified = false }, Cancel);

        var listed = new List<StackUser>();
        await foreach (var user in Client(project).ListUsersAsync(Cancel))
        {
            listed.Add(user);
        }

        Assert.Equal([moved], listed);
    }

    [Fact]
    public async Task Session_is_refreshed_after_its_access_token_has_ended()
    {
        await using var project = await StackAuthProject.StartAsync();
        var client = Client(project);
        var session = await client.CreateSessionAsync(
            (await client.CreateUserAsync(Ann, Cancel)).Id,
            TimeSpan.FromHours(1),
            Cancel
        );
        project.Clock.Advance(TimeSpan.FromMinutes(11));

        var token = await client.RefreshAsync(session, Cancel);

        Assert.Equal(
            200,
            (await project.ClientAsync(HttpMethod.Get, "/contact-channels?user_id=me", token: token)).Status
        );
        project.Clock.Advance(TimeSpan.FromHours(1));
        var error = await Assert.ThrowsAsync<StackAuthException>(() => client.RefreshAsync(session, Cancel));
        Assert.Contains("REFRESH_TOKEN_NOT_FOUND_OR_EXPIRED", error.Message);
    }

    private static StackAuthClient Client(StackAuthProject project) =>
        new(project.Http, StackAuthProject.Id, StackAuthProject.ServerKey);
}
