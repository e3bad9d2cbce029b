using System.Net;
using System.Text.Json.Nodes;
using FreshTrack.IntegrationTests.StackAuth;

namespace FreshTrack.IntegrationTests.Migration.Accounts;

/// <summary>Users who moved sign in as a person does, and the API knows them.</summary>
public sealed class MovedUserTests(Servers servers)
{
    private const string Ann = "ann@example.org";
    private const string Ben = "ben@example.org";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_sets_a_password_by_mail_and_the_API_knows_them()
    {
        await using var moved = await MovedUsers.RunAsync(servers, requiresVerification: true);
        var id = await moved.IdOfAsync(Ann);

        var signedIn = await moved.ResetAndSignInAsync(Ann);

        Assert.Equal(id, signedIn["user_id"]);
        Assert.Equal(HttpStatusCode.OK, await moved.AskApiAsync(id, signedIn["access_token"]));
    }

    [Fact]
    public async Task Users_who_moved_without_the_flag_are_answered_alike_and_get_no_mail()
    {
        await using var moved = await MovedUsers.RunAsync(servers, between: new WithoutSignInFlag());

        var sent = await moved.SendResetAsync(Ann);

        Assert.Equal((200, "maybe, only if user with e-mail exists"), (sent.Status, sent["success"]));
        Assert.Equal(0, moved.Project.Mailbox.Attempts);
    }

    [Fact]
    public async Task User_with_a_confirmed_address_signs_in_with_a_mailed_code()
    {
        await using var moved = await MovedUsers.RunAsync(servers);

        Assert.Equal(200, (await SendCodeAsync(moved, Ann)).Status);
        var signedIn = await moved.AskAsync(
            "/auth/otp/sign-in",
            new JsonObject { ["code"] = await moved.Project.MailedCodeAsync() }
        );

        Assert.Equal((await moved.IdOfAsync(Ann), "false"), (signedIn["user_id"], signedIn["is_new_user"]));
    }

    [Fact]
    public async Task User_who_never_confirmed_the_address_gets_no_code_and_is_let_in_once_they_do()
    {
        await using var moved = await MovedUsers.RunAsync(servers, requiresVerification: true);
        var id = await moved.IdOfAsync(Ben);

        Assert.Equal("USER_EMAIL_ALREADY_EXISTS", (await SendCodeAsync(moved, Ben)).Code);
        var signedIn = await moved.ResetAndSignInAsync(Ben);
        Assert.Equal(HttpStatusCode.Unauthorized, await moved.AskApiAsync(id, signedIn["access_token"]));

        await moved.Project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{id}",
            new JsonObject { ["primary_email_verified"] = true }
        );
        var session = await moved.Project.SessionAsync(id);
        Assert.Equal(HttpStatusCode.OK, await moved.AskApiAsync(id, session["access_token"]));
    }

    [Theory]
    [InlineData("bad@example.org", "The account was banned before the move.")]
    [InlineData("gone@example.org", "The account was deleted before the move.")]
    public async Task User_who_was_shut_out_is_restricted_and_the_API_denies_them_either_way(
        string email,
        string reason
    )
    {
        await using var moved = await MovedUsers.RunAsync(servers);
        var id = await moved.IdOfAsync(email);

        var user = await moved.Project.ServerAsync(HttpMethod.Get, $"/users/{id}");
        var signedIn = await moved.ResetAndSignInAsync(email);

        Assert.Equal(("true", reason), (user["is_restricted"], user["restricted_by_admin_reason"]));
        Assert.Equal(id, signedIn["user_id"]);
        Assert.Equal(HttpStatusCode.Unauthorized, await moved.AskApiAsync(id, signedIn["access_token"]));

        // An administrator of Stack Auth lifts the restriction; the API's own table still says so.
        await moved.Project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{id}",
            new JsonObject { ["restricted_by_admin"] = false, ["restricted_by_admin_reason"] = null }
        );
        var session = await moved.Project.SessionAsync(id);
        Assert.NotEqual(HttpStatusCode.OK, await moved.AskApiAsync(id, session["access_token"]));
    }

    [Fact]
    public async Task Users_are_there_once_after_lost_answers_and_keep_their_ids_in_a_second_run()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers, requiresVerification: true, new LostAnswers(2));

        var first = await moved.MapAsync();
        var map = await moved.MapRowsAsync();
        // As if the first process had been killed before it kept the map.
        await Move.ExecuteAsync(moved.Move.Target, "truncate migration.user_map", Cancel);
        var second = await moved.MapAsync();

        Assert.Equal((4, 0), (first.Created, second.Created));
        Assert.Equal(map, await moved.MapRowsAsync());
        Assert.Equal(4, (await ListedAsync(moved)).Count);
    }

    [Fact]
    public async Task Addresses_are_kept_as_Stack_Auth_compares_them_and_a_changed_one_is_told()
    {
        await using var moved = await MovedUsers.PrepareAsync(servers);
        await moved.MapAsync();
        Assert.Contains(await moved.MapRowsAsync(), row => row.EndsWith(" ann@example.org"));
        Assert.Empty((await moved.MapAsync()).Changed);

        await moved.Project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{await moved.IdOfAsync(Ann)}",
            new JsonObject { ["primary_email"] = "anna@example.org", ["primary_email_auth_enabled"] = true }
        );
        var again = await moved.MapAsync();

        Assert.Equal((4, 0), (again.Users, again.Created));
        Assert.Equal([Guid.Parse("00000000-0000-4000-8000-000000000001")], again.Changed);
    }

    private static Task<StackAuthAnswer> SendCodeAsync(MovedUsers moved, string email) =>
        moved.AskAsync(
            "/auth/otp/send-sign-in-code",
            new JsonObject { ["email"] = email, ["callback_url"] = StackAuthProject.Callback }
        );

    private static async Task<List<Guid>> ListedAsync(MovedUsers moved)
    {
        var users = new List<Guid>();
        await foreach (var user in moved.StackAuth.ListUsersAsync(Cancel))
        {
            users.Add(user.Id);
        }

        return users;
    }
}
