using Microsoft.AspNetCore.Http.HttpResults;

namespace FreshTrack.Api.Ingestion;

/// <summary>The answer to a bulk request; ids in the order of the readings,
/// one id for readings of the same device and time.</summary>
internal sealed record BulkAnswer(bool Success, int InsertedCount, IReadOnlyList<Guid> ReadingIds);

/// <summary><c>POST /api/ingest/readings</c>: 1 to 1,000 readings
/// of an organization's units, all of them or none.</summary>
internal static class BulkReadings
{
    public static void MapBulkReadings(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/ingest/readings", ReceiveAsync);

    private static async Task<IResult> ReceiveAsync(
        HttpContext context,
        DeviceDirectory directory,
        ReadingQueue queue,
        TimeProvider clock
    )
    {
        var now = clock.GetUtcNow();
        var (organization, parsed, refusal) = await IngestionRequest.ReadAsync(
            context,
            directory,
            BulkParser.Parse,
            now
        );
        return parsed is null ? refusal!
            : parsed.Refusal is { } refused ? IngestionErrors.Of(refused)
            : await StoreAsync(organization, parsed.Readings, context, directory, queue, now);
    }

    private static async Task<IResult> StoreAsync(
        Guid organization,
        IReadOnlyList<ReportedReading> reported,
        HttpContext context,
        DeviceDirectory directory,
        ReadingQueue queue,
        DateTimeOffset now
    )
    {
        var (known, foreign) = await directory.CheckAsync(organization, reported, context.RequestAborted);
        if (foreign >= 0)
        {
            return ApiErrors.Unprocessable(
                $"readings[{foreign}] names a unit or device that the organization does not have, "
                    + "or that is not active. Nothing was stored."
            );
        }

        NewReading[] readings = [.. reported.Select(reading => reading.ToReading(known, now.UtcDateTime))];
        if (!queue.TryAdd(readings, out var written))
        {
            return IngestionErrors.Overloaded(context);
        }

        return await written == WriteOutcome.Stored ? Answer(readings) : IngestionErrors.RefusedByDatabase;
    }

    private static JsonHttpResult<BulkAnswer> Answer(NewReading[] readings)
    {
        Guid[] ids = [.. readings.Select(reading => reading.Id)];
        return TypedResults.Json(
            new BulkAnswer(Success: true, ids.Distinct().Count(), ids),
            ApiJson.Default.BulkAnswer
        );
    }
}
