using Npgsql;

namespace FreshTrack.Api;

/// <summary>Turns what escaped an endpoint into the contract's error answers:
/// never a bare status, never a stack trace.</summary>
internal sealed class ErrorHandling(RequestDelegate next, ILogger<ErrorHandling> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (
                !context.Response.HasStarted
                && context.Response.ContentLength is null
                && context.Response.StatusCode >= 400
            )
            {
                await WriteStatusAsync(context);
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException
                && context.RequestAborted.IsCancellationRequested
            )
        {
            // The client has gone; there is nobody to answer.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = exception.StatusCode;
            await WriteStatusAsync(context);
        }
        catch (Exception exception) when (IsUnavailable(exception) && !context.Response.HasStarted)
        {
            logger.DependencyUnavailable(context.Request.Path, exception.Message);
            await ApiErrors.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "UNAVAILABLE",
                "A service that this request needs is not available. Try again."
            );
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            logger.RequestFailed(context.Request.Path, exception);
            await ApiErrors.WriteAsync(
                context,
                StatusCodes.Status500InternalServerError,
                "INTERNAL",
                "The request failed. It was logged."
            );
        }
    }

    /// <summary>PostgreSQL or Stack Auth out of reach or overloaded, as opposed to a fault of this program.</summary>
    private static bool IsUnavailable(Exception exception) =>
        exception is TimeoutException or HttpRequestException or TaskCanceledException
        || (exception is NpgsqlException and not PostgresException)
        || exception
            is PostgresException
            {
                SqlState: ['0', '8', ..] or ['5', '3' or '7' or '8', ..] or "25006" or "40001" or "40P01" or "55P03"
            };

    private static Task WriteStatusAsync(HttpContext context)
    {
        var (status, code, message) = context.Response.StatusCode switch
        {
            400 => (400, "BAD_REQUEST", "The request is malformed."),
            401 => (401, "UNAUTHORIZED", "A valid access token is required."),
            403 => (403, "FORBIDDEN", "This is not allowed."),
            404 => (404, "NOT_FOUND", "There is nothing at this address."),
            405 => (405, "METHOD_NOT_ALLOWED", "This address does not take that method."),
            408 => (408, "TIMEOUT", "The request did not arrive in time."),
            413 => (413, "PAYLOAD_TOO_LARGE", "The body is larger than 1 MB."),
            // Clients of the contract know 400.
            415 => (400, "BAD_REQUEST", "The body must be application/json."),
            var other => (other, "ERROR", "The request was refused."),
        };
        return ApiErrors.WriteAsync(context, status, code, message);
    }
}
