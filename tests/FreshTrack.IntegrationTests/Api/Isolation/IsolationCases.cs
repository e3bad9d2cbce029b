namespace FreshTrack.IntegrationTests.Api.Isolation;

/// <summary>One line for each endpoint of the API.
/// A new endpoint without a line fails <see cref="IsolationTests"/>.</summary>
internal static class IsolationCases
{
    public static IReadOnlyList<IsolationCase> All { get; } =
    [
        IsolationCase.Open("GET /health"),
        IsolationCase.Open("GET /health/live"),
        IsolationCase.Open("GET /health/maintenance"),
        IsolationCase.Open("GET /health/ready"),
        IsolationCase.Open("GET /metrics"),
        IsolationCase.Open("GET /openapi.json"),
        IsolationCase.Ingest("POST /api/webhooks/ttn", place => Given.AnUplink(place)),
        IsolationCase.Ingest(
            "POST /api/ingest/readings",
            place =>
                $$"""
                    { "readings": [
                      { "unit_id": "{{place.Unit}}", "temperature": 4, "recorded_at": "2026-01-14T12:00:00Z" }
                    ] }
                    """
        ),
        IsolationCase.Read("GET /api/orgs/{org}/alerts"),
        IsolationCase.Write(
            "POST /api/orgs/{org}/alerts/{id}/acknowledge",
            ["owner", "admin", "manager", "staff"],
            _ => "{}"
        ),
        IsolationCase.Write(
            "POST /api/orgs/{org}/alerts/{id}/resolve",
            ["owner", "admin", "manager", "staff"],
            _ => "{}"
        ),
        IsolationCase.Read("GET /api/orgs/{org}/readings/latest"),
        IsolationCase.Read("GET /api/orgs/{org}/sites/{site}/areas/{area}/units/{unit}/readings"),
        IsolationCase.Write(
            "PATCH /api/orgs/{org}/sensors/{sensor}",
            ["owner", "admin", "manager"],
            place =>
                $$"""
                    {
                      "temperature_field": "TempC_DS", "id": "{{place.Sensor}}", "unit_id": "{{place.Unit}}",
                      "organization_id": "{{place.Organization}}"
                    }
                    """
        ),
        IsolationCase.Read("GET /api/orgs/{org}/sites/{site}/areas"),
        IsolationCase.Write(
            "POST /api/orgs/{org}/sites/{site}/areas",
            ["owner", "admin", "manager"],
            place =>
                $$"""
                    {
                      "name": "New", "id": "{{place.Area}}", "site_id": "{{place.Site}}",
                      "organization_id": "{{place.Organization}}"
                    }
                    """
        ),
    ];
}
