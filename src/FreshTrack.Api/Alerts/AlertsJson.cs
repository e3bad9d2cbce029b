using System.Text.Json.Serialization;

namespace FreshTrack.Api.Alerts;

/// <summary>What the API writes about alerts, to dashboards and into SQL:
/// snake_case, as the columns are named.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AlertsPage))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(RaisedRow[]))]
[JsonSerializable(typeof(ChangedRow[]))]
[JsonSerializable(typeof(DoorRow[]))]
[JsonSerializable(typeof(UnitRow[]))]
[JsonSerializable(typeof(CorrectedRow[]))]
[JsonSerializable(typeof(ReporterRow[]))]
internal sealed partial class AlertsJson : JsonSerializerContext;
