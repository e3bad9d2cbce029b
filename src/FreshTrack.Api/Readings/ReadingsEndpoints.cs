using System.Security.Claims;
using FreshTrack.Api.Auth;

namespace FreshTrack.Api.Readings;

/// <summary><c>GET /api/orgs/{org}/sites/{site}/areas/{area}/units/{unit}/readings</c>.</summary>
internal static class ReadingsEndpoints
{
    public static IServiceCollection AddReadings(this IServiceCollection services) => services.AddSingleton<ReadingsStore>();

    public static void MapReadings(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/orgs/{org}/sites/{site}/areas/{area}/units/{unit}/readings", ReadAsync).RequireAuthorization();

    private static async Task<IResult> ReadAsync(string org, string site, string area, string unit, HttpContext context, ReadingsStore store)
    {
        if (ReadingsQuery.Parse(context.Request.Query, out var problem) is not { } query)
        {
            return ApiErrors.BadRequest(problem);
        }

        return Path(org, site, area, unit, context.User) is { } path && await store.ReadAsync(path, query, context.RequestAborted) is { } readings
            ? TypedResults.Json(new ReadingsPage(readings, new Pagination(query.Limit, query.Offset)), ApiJson.Default.ReadingsPage)
            : ApiErrors.NotFound("There is no such unit, or none that you may see.");
    }

    private static UnitPath? Path(string org, string site, string area, string unit, ClaimsPrincipal user) =>
        Guid.TryParse(org, out var organizationId) && Guid.TryParse(site, out var siteId)
        && Guid.TryParse(area, out var areaId) && Guid.TryParse(unit, out var unitId)
            ? new UnitPath(organizationId, siteId, areaId, unitId, user.StackAuthId())
            : null;
}
