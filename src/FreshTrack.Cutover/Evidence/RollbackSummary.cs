using System.Text.Json;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Evidence;

public enum RollbackKind
{
    /// <summary>Traffic had not moved: steps were taken back.</summary>
    Undo,

    /// <summary>Traffic had moved: the difference flowed back into the source.</summary>
    Return,
}

/// <summary>What the gate asks of <c>rollback.json</c>, which holds more.</summary>
/// <param name="RepeatedDifference">Rows in which source and target still differ after everything flowed back; 0 after
/// an undo.</param>
/// <param name="NotReturned">What could not flow back, one text each.</param>
public sealed record RollbackSummary(
    Verdict Verdict,
    RollbackKind Kind,
    double Seconds,
    long RepeatedDifference,
    IReadOnlyList<string> NotReturned
)
{
    /// <exception cref="JsonException">The text is not JSON, or lacks one of these members.</exception>
    internal static RollbackSummary Parse(string text) =>
        EvidenceJson.Parse(text)?.Deserialize<RollbackSummary>(EvidenceJson.Options)
        ?? throw new JsonException("Expected what a rollback came to, found null.");
}
