namespace FreshTrack.Api.Ingestion;

/// <summary>The secret that a webhook or a bulk request brings: <c>X-API-Key</c>, else <c>X-Webhook-Secret</c>, else
/// <c>X-Downlink-Apikey</c>, which The Things Stack sends when a webhook has a downlink API key.</summary>
internal static class WebhookSecret
{
    private const int MaximumLength = 512;

    private static readonly string[] Names = ["X-API-Key", "X-Webhook-Secret", "X-Downlink-Apikey"];

    public static string? Of(IHeaderDictionary headers)
    {
        foreach (var name in Names)
        {
            if (headers[name].ToString() is { Length: > 0 } secret)
            {
                return secret.Length <= MaximumLength ? secret : null;
            }
        }

        return null;
    }

    /// <returns>Null when the request brings no secret, or none that an organization has.</returns>
    public static async ValueTask<Guid?> FindOrganizationAsync(this DeviceDirectory directory, HttpContext context) =>
        Of(context.Request.Headers) is { } secret
            ? await directory.FindOrganizationAsync(secret, context.RequestAborted)
            : null;
}
