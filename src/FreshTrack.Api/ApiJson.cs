using System.Text.Json.Serialization;
using FreshTrack.Api.Areas;
using FreshTrack.Api.Health;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Readings;
using FreshTrack.Api.Sensors;

namespace FreshTrack.Api;

/// <summary>What the API reads and writes as JSON, in generated code:
/// snake_case, as the dashboards read the tables today.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = JsonBody.MaximumDepth
)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(RejectedBulk))]
[JsonSerializable(typeof(ReadingsPage))]
[JsonSerializable(typeof(BucketsPage))]
[JsonSerializable(typeof(LatestPage))]
[JsonSerializable(typeof(AreasPage))]
[JsonSerializable(typeof(CreatedArea))]
[JsonSerializable(typeof(NewArea))]
[JsonSerializable(typeof(SensorChange))]
[JsonSerializable(typeof(ChangedSensorAnswer))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(MaintenanceReport))]
internal sealed partial class ApiJson : JsonSerializerContext;
