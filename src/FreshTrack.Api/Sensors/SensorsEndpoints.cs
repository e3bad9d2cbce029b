using System.Security.Claims;
using FreshTrack.Api.Auth;
using FreshTrack.Api.Ingestion;

namespace FreshTrack.Api.Sensors;

/// <summary><c>PATCH /api/orgs/{org}/sensors/{sensor}</c>.</summary>
internal static class SensorsEndpoints
{
    public static IServiceCollection AddSensors(this IServiceCollection services) =>
        services.AddSingleton<SensorsStore>();

    public static void MapSensors(this IEndpointRouteBuilder routes) =>
        routes
            .MapPatch("/api/orgs/{org}/sensors/{sensor}", ChangeAsync)
            .RequireAuthorization()
            .WithSummary("Which probe of a sensor counts, by an owner, admin or manager")
            .Accepts<SensorChange>("application/json")
            .Produces<ChangedSensorAnswer>()
            .ProducesErrors(400, 401, 403, 404, 409, 413, 422, 429, 503);

    private static async Task<IResult> ChangeAsync(
        string org,
        string sensor,
        HttpRequest request,
        ClaimsPrincipal user,
        SensorsStore store,
        DirectoryChanges changes,
        CancellationToken cancellationToken
    )
    {
        if (!Ids.TryParse(org, out var organization) || !Ids.TryParse(sensor, out var id))
        {
            return NoSensor();
        }

        var path = new SensorPath(organization, id, user.StackAuthId());
        switch (await store.MayChangeAsync(path, cancellationToken))
        {
            case null:
                return NoSensor();
            case false:
                return ApiErrors.Forbidden("Only an owner, admin or manager may change sensors.");
            default:
                break;
        }

        var (change, problem) = await JsonBody.ReadAsync(request, ApiJson.Default.SensorChange, cancellationToken);
        if (change is null)
        {
            return ApiErrors.BadRequest(problem);
        }

        if (change.Problem() is { } wrong)
        {
            return ApiErrors.Unprocessable(wrong);
        }

        if (await store.ChangeAsync(path, change.Field, cancellationToken) is not { } changed)
        {
            return NoSensor();
        }

        await changes.AnnounceAsync(cancellationToken);
        return TypedResults.Json(new ChangedSensorAnswer(changed), ApiJson.Default.ChangedSensorAnswer);
    }

    private static IResult NoSensor() => ApiErrors.NotFound("There is no such sensor, or none that you may see.");
}
