namespace FreshTrack.Api.Ingestion;

/// <summary>What ingestion answers when it stores nothing.</summary>
internal static class IngestionErrors
{
    public static IResult NoSecret =>
        ApiErrors.Unauthorized(
            "X-API-Key, X-Webhook-Secret or X-Downlink-Apikey must hold the webhook secret of an organization."
        );

    public static IResult NotJson => ApiErrors.BadRequest("The body must be application/json.");

    public static IResult RefusedByDatabase => ApiErrors.Unprocessable("The database refused the reading.");

    public static IResult Of(ParsedUplink.Refused refused) =>
        refused.Status == StatusCodes.Status400BadRequest
            ? ApiErrors.BadRequest(refused.Message)
            : ApiErrors.Unprocessable(refused.Message);

    public static IResult Overloaded(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return ApiErrors.Result(
            StatusCodes.Status503ServiceUnavailable,
            "OVERLOADED",
            "Too many readings wait to be written. Try again."
        );
    }
}
