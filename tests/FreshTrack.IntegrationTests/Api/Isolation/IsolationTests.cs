using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;

namespace FreshTrack.IntegrationTests.Api.Isolation;

/// <summary>For every endpoint and role: organization A never reads or changes anything of organization B.</summary>
public sealed class IsolationTests(ApiStage stage) : IClassFixture<ApiStage>, IAsyncLifetime
{
    private Place own = null!;
    private Place foreign = null!;

    public static TheoryData<string> Open => [.. Endpoints(Credential.None)];

    public static TheoryData<string> Ingesting => [.. Endpoints(Credential.WebhookSecret)];

    public static TheoryData<string, string> ForUsers =>
        [
            .. Endpoints(Credential.User)
                .SelectMany(endpoint => IsolationCase.AllRoles, (endpoint, role) => (endpoint, role)),
        ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await stage.ResetAsync(Cancel);
        own = await AFurnishedPlaceAsync();
        foreign = await AFurnishedPlaceAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_endpoint_of_the_API_has_its_line_among_the_cases() =>
        Assert.Equal(
            stage.Endpoints.SelectMany(Names).Order(),
            IsolationCases.All.Select(known => known.Endpoint).Order()
        );

    [Theory]
    [MemberData(nameof(ForUsers))]
    public async Task Another_organization_s_ids_in_any_part_of_the_path_are_not_found(string endpoint, string role)
    {
        var known = Case(endpoint);
        var token = await stage.SignInAsync(own.Organization, Cancel, role: role);
        var before = await Digest.OfAsync(stage.Data, Cancel);

        foreach (var address in Addresses(known).Where(address => address.Parts.Any(part => part == foreign)))
        {
            var (status, body) = await SendAsync(known, address.Path, foreign, ("Authorization", $"Bearer {token}"));

            Assert.Equal((address.Path, HttpStatusCode.NotFound), (address.Path, status));
            AssertNothingOf(foreign, body);
        }

        Assert.Equal(before, await Digest.OfAsync(stage.Data, Cancel));
    }

    [Theory]
    [MemberData(nameof(ForUsers))]
    public async Task Role_decides_what_a_member_may_do_at_home_and_foreign_ids_in_the_body_change_nothing_abroad(
        string endpoint,
        string role
    )
    {
        var known = Case(endpoint);
        var token = await stage.SignInAsync(own.Organization, Cancel, role: role);
        var (all, abroad) = (
            await Digest.OfAsync(stage.Data, Cancel),
            await Digest.OfAsync(stage.Data, Cancel, Ids(foreign))
        );

        var (status, body) = await SendAsync(
            known,
            Addresses(known)[0].Path,
            foreign,
            ("Authorization", $"Bearer {token}")
        );

        if (known.Roles.Contains(role))
        {
            Assert.True((int)status is >= 200 and < 300, $"{role} got {status}: {body}");
        }
        else
        {
            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Equal(all, await Digest.OfAsync(stage.Data, Cancel));
        }

        AssertNothingOf(foreign, body);
        Assert.Equal(abroad, await Digest.OfAsync(stage.Data, Cancel, Ids(foreign)));
    }

    [Theory]
    [MemberData(nameof(ForUsers))]
    public async Task Account_that_was_closed_or_banned_or_lost_its_role_sees_nothing(string endpoint, string role)
    {
        var known = Case(endpoint);
        var token = await stage.SignInAsync(own.Organization, Cancel, role: role);
        foreach (
            var change in new[]
            {
                "update users set deleted_at = now()",
                "update users set deleted_at = null, banned_until = now() + interval '1 day'",
                "delete from user_roles",
            }
        )
        {
            await stage.Data.ValueAsync<int>($"with changed as ({change}) select 1", Cancel);

            Assert.Equal(
                HttpStatusCode.NotFound,
                (await SendAsync(known, Addresses(known)[0].Path, own, ("Authorization", $"Bearer {token}"))).Status
            );
        }
    }

    [Theory]
    [MemberData(nameof(ForUsers))]
    public async Task Webhook_secret_or_nothing_in_place_of_a_token_is_refused(string endpoint, string role)
    {
        Assert.NotEmpty(role);
        var known = Case(endpoint);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(known, Addresses(known)[0].Path, own)).Status);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await SendAsync(known, Addresses(known)[0].Path, own, ("X-API-Key", own.Secret))).Status
        );
    }

    [Theory]
    [MemberData(nameof(Ingesting))]
    public async Task Secret_of_one_organization_stores_nothing_for_another_s_devices(string endpoint)
    {
        var known = Case(endpoint);
        var before = await Digest.OfAsync(stage.Data, Cancel);

        var (status, body) = await SendAsync(known, known.Route, foreign, ("X-API-Key", own.Secret));

        // The Things Stack gets 200 for what becomes no reading.
        Assert.True((int)status is >= 400 and < 500 || $"{body}".Contains("\"reading_id\":null"), $"{status}: {body}");
        AssertNothingOf(foreign, body);
        Assert.Equal(before, await Digest.OfAsync(stage.Data, Cancel));
    }

    [Theory]
    [MemberData(nameof(Ingesting))]
    public async Task Access_token_in_place_of_a_webhook_secret_is_refused(string endpoint)
    {
        var known = Case(endpoint);
        var token = await stage.SignInAsync(own.Organization, Cancel, role: "owner");

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await SendAsync(known, known.Route, own, ("Authorization", $"Bearer {token}"))).Status
        );
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task Endpoint_that_is_open_to_all_names_no_organization(string endpoint)
    {
        var (status, body) = await SendAsync(Case(endpoint), Case(endpoint).Route, own);

        Assert.Equal(HttpStatusCode.OK, status);
        AssertNothingOf(own, body);
        AssertNothingOf(foreign, body);
    }

    private static IEnumerable<string> Endpoints(Credential credential) =>
        IsolationCases.All.Where(known => known.Credential == credential).Select(known => known.Endpoint);

    private static IsolationCase Case(string endpoint) =>
        IsolationCases.All.Single(known => known.Endpoint == endpoint);

    private static IEnumerable<string> Names(RouteEndpoint endpoint) =>
        (
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods
                ? methods
                : ["GET"]
        )
            .Where(method => method != "HEAD")
            .Select(method => $"{method} /{endpoint.RoutePattern.RawText!.TrimStart('/')}");

    /// <summary>The route with every mixture of the two organizations' ids;
    /// the first is all the attacker's own.</summary>
    private IReadOnlyList<(string Path, IReadOnlyList<Place> Parts)> Addresses(IsolationCase known)
    {
        var names = known.Route.Split('/').Where(part => part.StartsWith('{')).ToArray();
        return
        [
            .. Enumerable
                .Range(0, 1 << names.Length)
                .Select(mixture =>
                {
                    var parts = names.Select((_, i) => (mixture >> i & 1) == 0 ? own : foreign).ToArray();
                    return (
                        names
                            .Zip(parts)
                            .Aggregate(
                                known.Route,
                                (path, part) => path.Replace(part.First, Id(part.First, part.Second).ToString())
                            ),
                        (IReadOnlyList<Place>)parts
                    );
                }),
        ];
    }

    private static Guid Id(string part, Place place) =>
        part switch
        {
            "{org}" => place.Organization,
            "{site}" => place.Site,
            "{area}" => place.Area,
            "{unit}" => place.Unit,
            "{sensor}" => place.Sensor,
            "{id}" => AlertOf(place),
            _ => throw new NotSupportedException($"What is {part}? Say here which id of a place stands for it."),
        };

    // The unit's id with another last byte: known without asking.
    private static Guid AlertOf(Place place)
    {
        var bytes = place.Unit.ToByteArray();
        bytes[15] ^= 0xFF;
        return new Guid(bytes);
    }

    private static Guid[] Ids(Place place) =>
        [place.Organization, place.Site, place.Area, place.Unit, place.Sensor, AlertOf(place)];

    private static void AssertNothingOf(Place place, string body)
    {
        Assert.All(Ids(place), id => Assert.DoesNotContain(id.ToString(), body, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(place.DevEui, body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(place.Secret, body, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A place with something to see in each of its tables.</summary>
    private async Task<Place> AFurnishedPlaceAsync()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Data.ValueAsync<int>(
            $"""
            with r as (
              insert into sensor_readings (unit_id, lora_sensor_id, temperature, recorded_at)
              values ('{place.Unit}', '{place.Sensor}', 4, '2026-01-14T12:00:00Z')),
            a as (
              insert into alerts (
                id, unit_id, alert_type, severity, status, title, organization_id, site_id, area_id)
              values (
                '{AlertOf(place)}', '{place.Unit}', 'alarm_active', 'critical', 'active', 'Too warm',
                '{place.Organization}', '{place.Site}', '{place.Area}'))
            select 1
            """,
            Cancel
        );
        return place;
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        IsolationCase known,
        string path,
        Place about,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(known.Method, new Uri(path, UriKind.Relative));
        if (known.Body is { } body)
        {
            request.Content = new StringContent(body(about), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await stage.Client.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }
}
