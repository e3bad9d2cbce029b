using System.Text.Json;

namespace FreshTrack.Clients.Prometheus;

/// <summary>The HTTP API's answers, as far as they are read.</summary>
internal sealed record Answer<T>(
    string? Status = null,
    T? Data = default,
    string? ErrorType = null,
    string? Error = null
);

internal sealed record TargetsData(IReadOnlyList<TargetData> ActiveTargets);

internal sealed record TargetData(
    Dictionary<string, string> Labels,
    string Health,
    string LastError,
    DateTimeOffset LastScrape
);

internal sealed record AlertsData(IReadOnlyList<AlertData> Alerts);

internal sealed record AlertData(
    Dictionary<string, string> Labels,
    Dictionary<string, string> Annotations,
    string State,
    DateTimeOffset ActiveAt
);

/// <param name="Result">A list of series for a vector, one pair of time and value for a scalar.</param>
internal sealed record QueryData(string ResultType, JsonElement Result);

/// <param name="Value">Seconds since 1970 and the value as text.</param>
internal sealed record SeriesData(Dictionary<string, string> Metric, JsonElement[] Value);
