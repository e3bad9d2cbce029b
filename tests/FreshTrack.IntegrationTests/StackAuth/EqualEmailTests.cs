using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

/// <summary>Two users may have one address, unless both sign in with it.</summary>
public sealed class EqualEmailTests
{
    [Theory]
    [InlineData(true, true, 409)]
    [InlineData(true, false, 201)]
    [InlineData(false, true, 201)]
    [InlineData(false, false, 201)]
    public async Task Second_user_is_refused_only_when_both_sign_in_with_the_address(
        bool first,
        bool second,
        int status
    )
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync(User("ann@example.org", first));

        var answer = await project.ServerAsync(HttpMethod.Post, "/users", User("ANN@example.org", second));

        Assert.Equal(status, answer.Status);
        if (status == 409)
        {
            Assert.Equal("USER_EMAIL_ALREADY_EXISTS", answer.Code);
            Assert.Equal("ann@example.org", answer.Body["details"]!["email"]!.ToString());
        }
    }

    [Fact]
    public async Task Change_to_the_address_of_another_is_refused()
    {
        await using var project = await StackAuthProject.StartAsync();
        await project.CreateAsync("ann@example.org");
        var other = await project.CreateAsync("ben@example.org");

        var answer = await project.ServerAsync(
            HttpMethod.Patch,
            $"/users/{other}",
            new JsonObject { ["primary_email"] = "ann@example.org" }
        );

        Assert.Equal((409, "USER_EMAIL_ALREADY_EXISTS"), (answer.Status, answer.Code));
    }

    private static JsonObject User(string email, bool signsIn) =>
        new() { ["primary_email"] = email, ["primary_email_auth_enabled"] = signsIn };
}
