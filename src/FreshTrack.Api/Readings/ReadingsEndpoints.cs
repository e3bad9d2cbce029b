using System.ComponentModel;
using System.Security.Claims;
using FreshTrack.Api.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FreshTrack.Api.Readings;

/// <summary>A unit's readings, one by one or by spans of time, and the newest of every unit.</summary>
internal static class ReadingsEndpoints
{
    public static IServiceCollection AddReadings(this IServiceCollection services) =>
        services.AddSingleton<ReadingsStore>().AddSingleton<BucketStore>().AddSingleton<LatestReadings>();

    public static void MapReadings(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/api/orgs/{org}/sites/{site}/areas/{area}/units/{unit}/readings", ReadAsync)
            .RequireAuthorization()
            .WithSummary(
                "A unit's readings, newest first; with bucket their minimum, average and maximum by span of time"
            )
            .Produces<ReadingsPage>()
            .AddOpenApiOperationTransformer(DescribeBucketsAsync)
            .ProducesErrors(400, 401, 404, 409, 429, 503);
        routes
            .MapGet("/api/orgs/{org}/readings/latest", ReadLatestAsync)
            .RequireAuthorization()
            .WithSummary("The newest reading of every unit of an organization")
            .Produces<LatestPage>()
            .ProducesErrors(400, 401, 404, 409, 429, 503);
    }

    private static Task<IResult> ReadAsync(
        [AsParameters] UnitRoute route,
        [AsParameters] ReadingsParameters parameters,
        ReadingsStore readings,
        BucketStore buckets,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        parameters.Bucket is null
            ? ReadPageAsync(route, parameters, readings, cancellationToken)
            : ReadBucketsAsync(route, parameters, buckets, clock.GetUtcNow().UtcDateTime, cancellationToken);

    private static async Task<IResult> ReadPageAsync(
        UnitRoute route,
        ReadingsParameters parameters,
        ReadingsStore readings,
        CancellationToken cancellationToken
    ) =>
        ReadingsQuery.Parse(parameters, out var problem) is not { } query ? ApiErrors.BadRequest(problem)
        : route.ToPath() is { } path && await readings.ReadAsync(path, query, cancellationToken) is { } answer ? answer
        : NoUnit();

    private static async Task<IResult> ReadBucketsAsync(
        UnitRoute route,
        ReadingsParameters parameters,
        BucketStore buckets,
        DateTime now,
        CancellationToken cancellationToken
    ) =>
        BucketQuery.Parse(parameters, now, out var problem) is not { } query ? ApiErrors.BadRequest(problem)
        : route.ToPath() is { } path && await buckets.ReadAsync(path, query, cancellationToken) is { } answer ? answer
        : NoUnit();

    private static async Task<IResult> ReadLatestAsync(
        string org,
        [FromQuery(Name = "unit"), Description(ReadingsParameters.UnitDescription)] string? unit,
        ClaimsPrincipal user,
        LatestReadings latest,
        CancellationToken cancellationToken
    )
    {
        var problem = "";
        var shown = ShownTemperatures.Parse("unit", unit, ref problem);
        return problem.Length > 0 ? ApiErrors.BadRequest(problem)
            : Ids.TryParse(org, out var organization)
            && await latest.ReadAsync(organization, user.StackAuthId(), shown, cancellationToken) is { } answer
                ? answer
            : ApiErrors.NotFound("There is no such organization, or none that you belong to.");
    }

    /// <summary>One address answers in two shapes, which attributes cannot say.</summary>
    private static async Task DescribeBucketsAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var answer = operation.Responses!["200"].Content!["application/json"];
        context.Document!.AddComponent(
            nameof(BucketsPage),
            await context.GetOrCreateSchemaAsync(typeof(BucketsPage), cancellationToken: cancellationToken)
        );
        answer.Schema = new OpenApiSchema
        {
            OneOf = [answer.Schema!, new OpenApiSchemaReference(nameof(BucketsPage), context.Document)],
        };
    }

    private static IResult NoUnit() => ApiErrors.NotFound("There is no such unit, or none that you may see.");
}
