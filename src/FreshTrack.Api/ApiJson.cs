using System.Text.Json.Serialization;
using FreshTrack.Api.Health;
using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Readings;

namespace FreshTrack.Api;

/// <summary>Everything the API writes, serialized by generated code: snake_case, as the dashboards read the tables today.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(ReadingsPage))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class ApiJson : JsonSerializerContext;
