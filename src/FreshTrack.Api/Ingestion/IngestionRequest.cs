namespace FreshTrack.Api.Ingestion;

/// <summary>What both endpoints ask of a request before they look at what it brings: a secret that an organization has,
/// and a body of JSON.</summary>
internal static class IngestionRequest
{
    /// <param name="parse">Reads the body, which is gone afterwards;
    /// a reading from later than an hour after the time is refused.</param>
    /// <returns>The organization and what was read, or why the request is refused.</returns>
    /// <exception cref="BadHttpRequestException">The body is
    /// larger than the server's limit, or ended early.</exception>
    public static async ValueTask<(Guid Organization, T? Parsed, IResult? Refusal)> ReadAsync<T>(
        HttpContext context,
        DeviceDirectory directory,
        Func<ReadOnlyMemory<byte>, DateTimeOffset, T> parse,
        DateTimeOffset now
    )
        where T : class
    {
        if (await directory.FindOrganizationAsync(context) is not { } organization)
        {
            return (Guid.Empty, null, IngestionErrors.NoSecret);
        }

        if (context.Request.ContentType is not null && !context.Request.HasJsonContentType())
        {
            return (organization, null, IngestionErrors.NotJson);
        }

        using var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return (organization, parse(body.Bytes, now), null);
    }
}
