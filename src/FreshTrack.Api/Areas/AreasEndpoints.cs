using System.Security.Claims;
using FreshTrack.Api.Auth;

namespace FreshTrack.Api.Areas;

/// <summary><c>GET|POST /api/orgs/{org}/sites/{site}/areas</c>.</summary>
internal static class AreasEndpoints
{
    private const string Address = "/api/orgs/{org}/sites/{site}/areas";

    public static IServiceCollection AddAreas(this IServiceCollection services) => services.AddSingleton<AreasStore>();

    public static void MapAreas(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Address, ListAsync)
            .RequireAuthorization()
            .WithSummary("A site's areas in their order")
            .Produces<AreasPage>()
            .ProducesErrors(401, 404, 409, 429, 503);
        routes
            .MapPost(Address, CreateAsync)
            .RequireAuthorization()
            .WithSummary("A new area of a site, by an owner, admin or manager")
            .Accepts<NewArea>("application/json")
            .Produces<CreatedArea>(StatusCodes.Status201Created)
            .ProducesErrors(400, 401, 403, 404, 409, 413, 422, 429, 503);
    }

    private static async Task<IResult> ListAsync(
        string org,
        string site,
        ClaimsPrincipal user,
        AreasStore store,
        CancellationToken cancellationToken
    ) =>
        Path(org, site, user) is { } path && await store.ListAsync(path, cancellationToken) is { } areas
            ? TypedResults.Json(new AreasPage(areas), ApiJson.Default.AreasPage)
            : NoSite();

    private static async Task<IResult> CreateAsync(
        string org,
        string site,
        HttpRequest request,
        ClaimsPrincipal user,
        AreasStore store,
        CancellationToken cancellationToken
    )
    {
        if (Path(org, site, user) is not { } path)
        {
            return NoSite();
        }

        var (area, problem) = await JsonBody.ReadAsync(request, ApiJson.Default.NewArea, cancellationToken);
        return area is null ? ApiErrors.BadRequest(problem)
            : area.Problem() is { } wrong ? ApiErrors.Unprocessable(wrong)
            : Answer(await store.CreateAsync(path, area, cancellationToken), area);
    }

    private static IResult Answer(Creation creation, NewArea wanted) =>
        creation switch
        {
            Creation.Created created => TypedResults.Json(
                new CreatedArea(created.Area),
                ApiJson.Default.CreatedArea,
                statusCode: StatusCodes.Status201Created
            ),
            Creation.NoSuchSite => NoSite(),
            Creation.NotAllowed => ApiErrors.Forbidden("Only an owner, admin or manager may create areas."),
            Creation.NameTaken => ApiErrors.Conflict($"The site already has an area named '{wanted.Name}'."),
            _ => throw new InvalidOperationException($"Unknown outcome {creation}."),
        };

    private static SitePath? Path(string org, string site, ClaimsPrincipal user) =>
        Ids.TryParse(org, out var organizationId) && Ids.TryParse(site, out var siteId)
            ? new SitePath(organizationId, siteId, user.StackAuthId())
            : null;

    private static IResult NoSite() => ApiErrors.NotFound("There is no such site, or none that you may see.");
}
