namespace FreshTrack.Clients.Prometheus;

/// <summary>An alert whose condition holds.</summary>
/// <param name="IsFiring">False while it has not held for long enough yet.</param>
/// <param name="Labels">With <c>alertname</c> and <c>severity</c>.</param>
/// <param name="Since">When the condition began to hold.</param>
public sealed record ActiveAlert(
    string Name,
    bool IsFiring,
    IReadOnlyDictionary<string, string> Labels,
    IReadOnlyDictionary<string, string> Annotations,
    DateTimeOffset Since
);
