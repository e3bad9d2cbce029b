using FreshTrack.Api.Monitoring;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FreshTrack.Api.Ingestion;

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
        CorrectionWriter corrections,
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
        if (parsed is null)
        {
            return refusal!;
        }

        if (parsed.Refusal is { } refused)
        {
            return IngestionErrors.Of(refused);
        }

        var (known, foreign) = await directory.CheckAsync(organization, parsed.Readings, context.RequestAborted);
        if (foreign >= 0)
        {
            return ApiErrors.Unprocessable(
                $"readings[{foreign}] names a unit or device that the organization does not have, "
                    + "or that is not active. Nothing was stored."
            );
        }

        NewReading[] readings = [.. parsed.Readings.Select(reading => reading.ToReading(known, now.UtcDateTime))];
        return EntriesOfOneMoment.Problem(readings) is { } problem
            ? ApiErrors.Unprocessable(problem)
            : await StoreAsync(organization, readings, context, queue, corrections);
    }

    private static async Task<IResult> StoreAsync(
        Guid organization,
        NewReading[] readings,
        HttpContext context,
        ReadingQueue queue,
        CorrectionWriter corrections
    )
    {
        Task<WriteOutcome> written;
        if (Array.Exists(readings, reading => reading.Supersedes is not null))
        {
            written = corrections.WriteAsync(organization, readings, context.RequestAborted);
        }
        else if (!queue.TryAdd(readings, out written))
        {
            return IngestionErrors.Overloaded(context);
        }

        return await written switch
        {
            WriteOutcome.Stored stored => TypedResults.Json(Answer(stored, readings), ApiJson.Default.BulkAnswer),
            WriteOutcome.Rejected rejected => Answer(rejected),
            _ => IngestionErrors.RefusedByDatabase,
        };
    }

    private static BulkAnswer Answer(WriteOutcome.Stored stored, NewReading[] readings)
    {
        Guid[] ids = [.. stored.Readings.Select(reading => reading.Id)];
        EntryRemark[] remarks =
        [
            .. readings
                .Index()
                .Where(entry => entry.Item.IsClamped)
                .Select(entry => new EntryRemark(entry.Index, UplinkReason.TimeClamped, entry.Item.RecordedAt)),
        ];
        IngestionMetrics.Remarked.WithLabels(UplinkReason.TimeClamped).Inc(remarks.Length);
        return new BulkAnswer(Success: true, ids.Distinct().Count(), ids, remarks is [] ? null : remarks);
    }

    private static JsonHttpResult<RejectedBulk> Answer(WriteOutcome.Rejected rejected)
    {
        var first = rejected.Entries[0];
        var more = rejected.Entries.Select(entry => entry.Index).Distinct().Count() - 1;
        var others = more == 0 ? "" : $" So do {more} other entries.";
        if (rejected.IsConflict)
        {
            IngestionMetrics.Conflicts.Inc(more + 1);
        }

        return TypedResults.Json(
            new RejectedBulk(
                rejected.IsConflict
                    ? new ApiError(
                        "CONFLICT",
                        $"readings[{first.Index}].{first.Field} contradicts a stored reading of the same unit, device "
                            + $"and time.{others} Nothing was stored. To correct a reading, name it in supersedes."
                    )
                    : new ApiError(
                        "UNPROCESSABLE",
                        $"readings[{first.Index}].supersedes names no reading of its unit that can be corrected."
                            + $"{others} Nothing was stored."
                    ),
                rejected.Entries
            ),
            ApiJson.Default.RejectedBulk,
            statusCode: rejected.IsConflict ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity
        );
    }
}
