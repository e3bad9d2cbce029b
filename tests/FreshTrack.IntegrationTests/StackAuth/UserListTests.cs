using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.StackAuth;

public sealed class UserListTests
{
    [Fact]
    public async Task Listing_by_cursor_returns_every_user_once_in_the_order_of_sign_up()
    {
        await using var project = await StackAuthProject.StartAsync();
        var created = new List<string>();
        foreach (var number in Enumerable.Range(0, 7))
        {
            created.Add(await project.CreateAsync($"{number}@example.com"));
            project.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = await project.ServerAsync(HttpMethod.Get, $"/users?limit=3{cursor}");
            seen.AddRange(Ids(page));
            cursor = page.Body["pagination"]!["next_cursor"] is { } next ? $"&cursor={next}" : "";
        } while (cursor.Length > 0);

        Assert.Equal(created, seen);
        Assert.Equal(
            created.AsEnumerable().Reverse(),
            Ids(await project.ServerAsync(HttpMethod.Get, "/users?desc=true"))
        );
    }

    [Theory]
    [InlineData("", "verified")]
    [InlineData("?include_restricted=true", "verified,unverified,banned")]
    [InlineData("?include_anonymous=true", "verified,unverified,banned,anonymous")]
    [InlineData("?include_anonymous=true&only_anonymous=true", "anonymous")]
    public async Task Restricted_and_anonymous_users_are_left_out_unless_asked_for(string query, string names)
    {
        await using var project = await StackAuthProject.StartAsync(options =>
            options with
            {
                RequiresEmailVerification = true,
            }
        );
        await AddAsync("verified", verified: true);
        await AddAsync("unverified", verified: false);
        await AddAsync("banned", verified: true, "restricted_by_admin");
        await AddAsync("anonymous", verified: true, "is_anonymous");

        var page = await project.ServerAsync(HttpMethod.Get, $"/users{query}");

        Assert.Equal(names.Split(','), page.Body["items"]!.AsArray().Select(user => user!["display_name"]!.ToString()));

        async Task AddAsync(string name, bool verified, string? flag = null)
        {
            var user = new JsonObject
            {
                ["display_name"] = name,
                ["primary_email"] = $"{name}@example.org",
                ["primary_email_verified"] = verified,
            };
            if (flag is not null)
            {
                user[flag] = true;
            }

            await project.CreateAsync(user);
            project.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=many")]
    [InlineData("cursor=42")]
    [InlineData("desc=yes")]
    [InlineData("order_by=name")]
    [InlineData("include_restricted=1")]
    [InlineData("page=2")]
    public async Task Query_that_breaks_the_schema_is_refused(string query)
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ServerAsync(HttpMethod.Get, $"/users?{query}");

        Assert.Equal((400, "SCHEMA_ERROR"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Anonymous_users_alone_are_asked_for_with_both_flags()
    {
        await using var project = await StackAuthProject.StartAsync();

        var answer = await project.ServerAsync(HttpMethod.Get, "/users?only_anonymous=true");

        Assert.Equal((400, null), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Search_finds_parts_of_names_and_addresses()
    {
        await using var project = await StackAuthProject.StartAsync();
        var id = await project.CreateAsync("ann@example.org");
        await project.CreateAsync("ben@example.org");

        Assert.Equal([id], Ids(await project.ServerAsync(HttpMethod.Get, "/users?query=ANN")));
    }

    private static IEnumerable<string> Ids(StackAuthAnswer page) =>
        page.Body["items"]!.AsArray().Select(user => user!["id"]!.ToString());
}
