using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class ContactChannelTests
{
    [Fact]
    public async Task Second_address_signs_in_once_it_is_marked_so()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");

        var added = await AddAsync(project, id, "Lee@example.org", forSignIn: false);
        var path = $"/contact-channels/{id}/{added["id"]}";
        var changed = await project.ServerAsync(HttpMethod.Patch, path, new JsonObject { ["used_for_auth"] = true });
        var read = await project.ServerAsync(HttpMethod.Get, path);
        var list = await project.ServerAsync(HttpMethod.Get, $"/contact-channels?user_id={id}");
        var deleted = await project.ServerAsync(HttpMethod.Delete, path);

        Assert.Equal((201, "lee@example.org", "false"), (added.Status, added["value"], added["used_for_auth"]));
        Assert.Equal("true", changed["used_for_auth"]);
        Assert.Equal("true", read["used_for_auth"]);
        Assert.Equal(2, list.Body["items"]!.AsArray().Count);
        Assert.Equal(200, deleted.Status);
        Assert.Equal(404, (await project.ServerAsync(HttpMethod.Get, path)).Status);
    }

    [Fact]
    public async Task Address_that_another_signs_in_with_is_refused()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        var other = await project.CreateAsync("ben@example.org");

        var answer = await AddAsync(project, other, "ann@example.org", forSignIn: true);
        var without = await AddAsync(project, other, "ann@example.org", forSignIn: false);
        var change = await project.ServerAsync(
            HttpMethod.Patch,
            $"/contact-channels/{other}/{without["id"]}",
            new JsonObject { ["used_for_auth"] = true }
        );

        Assert.Equal((409, "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE"), (answer.Status, answer.Code));
        Assert.Equal((409, "CONTACT_CHANNEL_ALREADY_USED_FOR_AUTH_BY_SOMEONE_ELSE"), (change.Status, change.Code));
    }

    [Fact]
    public async Task User_sees_and_changes_own_addresses_alone()
    {
        await using var project = await StackAuthProject.StartAsync();
        var other = await project.CreateAsync("ann@example.org");
        var session = await project.SessionAsync(await project.CreateAsync("ben@example.org"));

        var list = await project.ClientAsync(
            HttpMethod.Get,
            $"/contact-channels?user_id={other}",
            token: session["access_token"]
        );
        var nobody = await project.ClientAsync(HttpMethod.Get, $"/contact-channels?user_id={other}");
        var verifies = await project.ClientAsync(
            HttpMethod.Post,
            "/contact-channels",
            Channel("me", "x@example.org", forSignIn: false, verified: true),
            session["access_token"]
        );

        Assert.Equal(403, list.Status);
        Assert.Equal("CANNOT_GET_OWN_USER_WITHOUT_USER", nobody.Code);
        Assert.Equal("SCHEMA_ERROR", verifies.Code);
    }

    [Fact]
    public async Task Verified_address_gets_no_second_mail()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var list = await project.ServerAsync(HttpMethod.Get, $"/contact-channels?user_id={id}");

        var answer = await project.ServerAsync(
            HttpMethod.Post,
            $"/contact-channels/{id}/{list.Body["items"]![0]!["id"]}/send-verification-code",
            new JsonObject { ["callback_url"] = StackAuthProject.Callback }
        );

        Assert.Equal((409, "EMAIL_ALREADY_VERIFIED"), (answer.Status, answer.Code));
    }

    private static Task<StackAuthAnswer> AddAsync(
        StackAuthProject project,
        string user,
        string email,
        bool forSignIn
    ) => project.ServerAsync(HttpMethod.Post, "/contact-channels", Channel(user, email, forSignIn, verified: false));

    private static JsonObject Channel(string user, string email, bool forSignIn, bool verified) =>
        new()
        {
            ["user_id"] = user,
            ["type"] = "email",
            ["value"] = email,
            ["used_for_auth"] = forSignIn,
            ["is_verified"] = verified,
        };
}
