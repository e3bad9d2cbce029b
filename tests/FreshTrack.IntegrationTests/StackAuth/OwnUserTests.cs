using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class OwnUserTests
{
    [Fact]
    public async Task User_reads_and_changes_what_is_theirs_and_no_more()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        var token = (await project.SessionAsync(id))["access_token"];

        var changed = await ChangeAsync(new JsonObject { ["display_name"] = "Ann" });
        var read = await project.ClientAsync(HttpMethod.Get, "/users/me", token: token);
        var refused = await ChangeAsync(new JsonObject { ["primary_email_verified"] = true });
        var deleted = await project.ClientAsync(HttpMethod.Delete, "/users/me", token: token);

        Assert.Equal(200, changed.Status);
        Assert.Equal((id, "Ann", "ann@example.org"), (read["id"], read["display_name"], read["primary_email"]));
        Assert.DoesNotContain(read.Body, field => field.Key is "server_metadata" or "primary_email_auth_enabled");
        Assert.Equal("SCHEMA_ERROR", refused.Code);
        Assert.Equal(400, deleted.Status);

        Task<StackAuthAnswer> ChangeAsync(JsonObject body) =>
            project.ClientAsync(HttpMethod.Patch, "/users/me", body, token);
    }

    [Fact]
    public async Task Nobody_has_no_user()
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ClientAsync(HttpMethod.Get, "/users/me");

        Assert.Equal((400, "CANNOT_GET_OWN_USER_WITHOUT_USER"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Restricted_user_is_refused_unless_the_caller_asks_for_such()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync(
            new JsonObject { ["primary_email"] = "ann@example.org", ["restricted_by_admin"] = true }
        );
        var token = (await project.SessionAsync(id))["access_token"];

        var refused = await project.ClientAsync(HttpMethod.Get, "/users/me", token: token);

        Assert.Equal((403, "RESTRICTED_USER_NOT_ALLOWED"), (refused.Status, refused.Code));
    }
}
