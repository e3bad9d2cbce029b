namespace FreshTrack.Clients.Prometheus;

/// <summary>One series of an answer.</summary>
/// <param name="Labels">Without <c>__name__</c> where an expression made it; empty for a scalar.</param>
/// <param name="Value">May be NaN or infinite, as after a division by zero.</param>
/// <param name="At">When the expression was evaluated.</param>
public sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value, DateTimeOffset At);
