using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

public sealed class AreasTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await stage.ResetAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Created_area_is_listed_in_its_order()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var manager = await stage.SignInAsync(place.Organization, Cancel, role: "manager");

        var created = await PostAsync(
            place,
            manager,
            """{ "name": "  Cellar ", "description": "below", "sort_order": 2, "colour": "red" }"""
        );
        var (status, listed) = await stage.Client.ReadAsync(place.AreasPath, manager, Cancel);

        Assert.Equal((HttpStatusCode.Created, "Cellar"), (created.Status, created.Body["data"]!["name"]!.ToString()));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["Kitchen", "Cellar"], listed["data"]!.AsArray().Select(area => area!["name"]!.ToString()));
        Assert.Equal(created.Body["data"]!.ToJsonString(), listed["data"]![1]!.ToJsonString());
    }

    [Fact]
    public async Task Ten_who_want_the_same_name_at_once_make_one_area()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var owner = await stage.SignInAsync(place.Organization, Cancel, role: "owner");

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i => PostAsync(place, owner, i % 2 == 0 ? """{"name":"Dock"}""" : """{"name":"DOCK"}"""))
        );

        Assert.Equal(
            (1, 9),
            (
                answers.Count(a => a.Status == HttpStatusCode.Created),
                answers.Count(a => a.Status == HttpStatusCode.Conflict)
            )
        );
        Assert.Equal(
            "CONFLICT",
            answers.First(a => a.Status == HttpStatusCode.Conflict).Body["error"]!["code"]!.ToString()
        );
        Assert.Equal(
            1,
            await stage.Data.ValueAsync<long>("select count(*) from areas where lower(name) = 'dock'", Cancel)
        );
    }

    [Fact]
    public async Task Name_of_a_deleted_area_or_of_another_site_s_is_free()
    {
        var (place, other) = (
            await Given.AnOrganizationWithAUnit(stage, Cancel),
            await Given.AnOrganizationWithAUnit(stage, Cancel)
        );
        await stage.Data.ValueAsync<int>(
            $"with gone as (update areas set deleted_at = now() where site_id = '{place.Site}') select 1",
            Cancel
        );

        Assert.Equal(
            HttpStatusCode.Created,
            (
                await PostAsync(
                    place,
                    await stage.SignInAsync(place.Organization, Cancel, role: "admin"),
                    """{"name":"Kitchen"}"""
                )
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.Conflict,
            (
                await PostAsync(
                    other,
                    await stage.SignInAsync(other.Organization, Cancel, role: "admin"),
                    """{"name":"kitchen"}"""
                )
            ).Status
        );
    }

    [Fact]
    public async Task Site_without_areas_lists_none_and_no_site_is_not_found()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Data.ValueAsync<int>("with gone as (update areas set deleted_at = now()) select 1", Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);

        Assert.Empty((await stage.Client.ReadAsync(place.AreasPath, token, Cancel)).Body["data"]!.AsArray());
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await stage.Client.ReadAsync((place with { Site = place.Area }).AreasPath, token, Cancel)).Status
        );
    }

    [Theory]
    [InlineData("{}", 422)]
    [InlineData("""{ "name": " \t " }""", 422)]
    [InlineData("""{ "name": "a\u0000b" }""", 422)]
    [InlineData("""{ "name": "a\nb" }""", 422)]
    [InlineData("""{ "name": "x", "description": "a\u0000b" }""", 422)]
    [InlineData("""{ "name": "x", "sort_order": -1 }""", 422)]
    [InlineData("", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"name\":", 400)]
    [InlineData("""{ "name": 7 }""", 400)]
    [InlineData("""{ "name": ["x"] }""", 400)]
    [InlineData("""{ "name": "\ud800" }""", 400)]
    [InlineData("""{ "\ud800": "x" }""", 400)]
    [InlineData("""{ "name": "x", "sort_order": 1e99 }""", 400)]
    [InlineData("""{ "name": "x", "sort_order": 1.5 }""", 400)]
    public async Task Body_that_makes_no_area_is_refused(string body, int expected)
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);

        var (status, answer) = await PostAsync(
            place,
            await stage.SignInAsync(place.Organization, Cancel, role: "owner"),
            body
        );

        Assert.Equal(
            (expected, expected == 400 ? "BAD_REQUEST" : "UNPROCESSABLE"),
            ((int)status, answer["error"]!["code"]!.ToString())
        );
        Assert.Equal(1, await stage.Data.ValueAsync<long>("select count(*) from areas", Cancel));
    }

    [Fact]
    public async Task Name_that_is_too_long_body_that_is_too_deep_too_large_or_no_JSON_is_refused()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        var owner = await stage.SignInAsync(place.Organization, Cancel, role: "owner");
        var deep = new string('[', 40) + new string(']', 40);

        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await PostAsync(place, owner, $$"""{"name":"{{new string('x', 101)}}"}""")).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await PostAsync(place, owner, $$"""{"name":"x","more":{{deep}}}""")).Status
        );
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await PostAsync(place, owner, $$"""{"name":"x","more":"{{new string('x', 1024 * 1024)}}"}""")).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await stage.Client.SendAsync(
                    HttpMethod.Post,
                    place.AreasPath,
                    owner,
                    "name=x",
                    Cancel,
                    "application/x-www-form-urlencoded"
                )
            ).Status
        );
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(Place place, string token, string body) =>
        stage.Client.SendAsync(HttpMethod.Post, place.AreasPath, token, body, Cancel);
}
