namespace FreshTrack.Api;

/// <summary>What a client did wrong, as the wire contract says it.</summary>
public sealed record ApiError(string Code, string Message);

public sealed record ErrorBody(ApiError Error);

/// <summary>Answers that are no success: a status, a code for programs and a message for people.</summary>
internal static class ApiErrors
{
    public static IResult Result(int status, string code, string message) =>
        TypedResults.Json(new ErrorBody(new ApiError(code, message)), ApiJson.Default.ErrorBody, statusCode: status);

    public static IResult BadRequest(string message) => Result(StatusCodes.Status400BadRequest, "BAD_REQUEST", message);

    public static IResult Unauthorized(string message) =>
        Result(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", message);

    public static IResult Forbidden(string message) => Result(StatusCodes.Status403Forbidden, "FORBIDDEN", message);

    public static IResult Conflict(string message) => Result(StatusCodes.Status409Conflict, "CONFLICT", message);

    public static IResult NotFound(string message) => Result(StatusCodes.Status404NotFound, "NOT_FOUND", message);

    public static IResult Unprocessable(string message) =>
        Result(StatusCodes.Status422UnprocessableEntity, "UNPROCESSABLE", message);

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = context.Response.Headers.RetryAfter is { Count: > 0 } longer
                ? longer
                : "1";
        }

        return Result(status, code, message).ExecuteAsync(context);
    }

    /// <summary>Says which of the contract's error answers an endpoint may give.</summary>
    public static RouteHandlerBuilder ProducesErrors(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<ErrorBody>(status);
        }

        return route;
    }
}
