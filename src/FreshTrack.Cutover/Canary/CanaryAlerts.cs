using System.Net;
using System.Text.Json.Nodes;

namespace FreshTrack.Cutover.Canary;

/// <summary>The canary's alerts, as its people see them.</summary>
internal static class CanaryAlerts
{
    private const string Path = "alerts";

    /// <returns>Those that were triggered at or after the time, of every kind, newest first.</returns>
    public static async Task<List<CanaryAlert>> ListAsync(
        this CanaryApi api,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var time = Uri.EscapeDataString(since.UtcDateTime.ToString("O"));
        var page = await api.GetAsync(
            $"{CanaryOrganization.Path}/{Path}?since={time}",
            HttpStatusCode.OK,
            cancellationToken
        );
        return [.. (page["data"] as JsonArray ?? []).Select(Read)];
    }

    /// <returns>Those that nobody has resolved.</returns>
    public static async Task<List<CanaryAlert>> OpenAsync(this CanaryApi api, CancellationToken cancellationToken)
    {
        var page = await api.GetAsync(
            $"{CanaryOrganization.Path}/{Path}?status=active,escalated,acknowledged",
            HttpStatusCode.OK,
            cancellationToken
        );
        return [.. (page["data"] as JsonArray ?? []).Select(Read)];
    }

    /// <returns>The alert as it is afterwards.</returns>
    public static async Task<CanaryAlert> AcknowledgeAsync(
        this CanaryApi api,
        Guid alert,
        CancellationToken cancellationToken
    ) =>
        Read(
            await api.PostAsync(
                $"{CanaryOrganization.Path}/{Path}/{alert}/acknowledge",
                new JsonObject { ["notes"] = "Smoke test of the cutover" },
                HttpStatusCode.OK,
                cancellationToken
            )
        );

    private static CanaryAlert Read(JsonNode? alert) =>
        new(
            Guid.Parse($"{alert!["id"]}"),
            $"{alert["alert_type"]}",
            $"{alert["status"]}",
            alert["acknowledged_by"] is { } by ? Guid.Parse($"{by}") : null
        );
}

/// <param name="Type">Such as <c>temp_excursion</c>.</param>
/// <param name="Status">Such as <c>active</c>.</param>
/// <param name="AcknowledgedBy">A user.</param>
internal sealed record CanaryAlert(Guid Id, string Type, string Status, Guid? AcknowledgedBy)
{
    public const string Excursion = "temp_excursion";

    public override string ToString() => $"{Type} {Status}";
}
