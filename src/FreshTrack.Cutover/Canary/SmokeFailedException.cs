namespace FreshTrack.Cutover.Canary;

/// <summary>The new system did not do what a smoke test expects of it.</summary>
public sealed class SmokeFailedException(string message) : Exception(message);
