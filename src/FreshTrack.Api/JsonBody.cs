using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FreshTrack.Api;

/// <summary>Reads the JSON body of a request, within 1 MB and 32 levels.</summary>
internal static class JsonBody
{
    public const int MaximumDepth = 32;

    /// <returns>The body, or what is wrong with it; the answer is then 400.</returns>
    public static async Task<(T? Body, string Problem)> ReadAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            return (null, "The body must be application/json.");
        }

        try
        {
            return (
                await JsonSerializer.DeserializeAsync(request.Body, type, cancellationToken),
                "The body must be an object, not null."
            );
        }
        catch (JsonException exception)
        {
            return (
                null,
                "The body is not the JSON that is expected here, or nested deeper than 32 levels; "
                    + $"see {exception.Path ?? "$"}."
            );
        }
    }
}
