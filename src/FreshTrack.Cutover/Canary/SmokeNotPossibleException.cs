namespace FreshTrack.Cutover.Canary;

/// <summary>A smoke test lacks something, so that it can say neither; the message says what to add.</summary>
public sealed class SmokeNotPossibleException(string message) : Exception(message);
