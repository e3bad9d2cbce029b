namespace FreshTrack.Api.Ingestion;

/// <summary>The secret that a webhook or a bulk request brings: <c>X-API-Key</c>, or <c>X-Webhook-Secret</c> as older
/// TTN applications send it.</summary>
internal static class WebhookSecret
{
    private const int MaximumLength = 512;

    public static string? Of(IHeaderDictionary headers)
    {
        var secret = headers["X-API-Key"].ToString() is { Length: > 0 } key
            ? key
            : headers["X-Webhook-Secret"].ToString();
        return secret.Length is > 0 and <= MaximumLength ? secret : null;
    }

    /// <returns>Null when the request brings no secret, or none that an organization has.</returns>
    public static async ValueTask<Guid?> FindOrganizationAsync(this DeviceDirectory directory, HttpContext context) =>
        Of(context.Request.Headers) is { } secret
            ? await directory.FindOrganizationAsync(secret, context.RequestAborted)
            : null;
}
