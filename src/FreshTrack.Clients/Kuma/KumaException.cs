namespace FreshTrack.Clients.Kuma;

/// <summary>Uptime Kuma could not be reached, refused a call or answered something else than was asked for; the message
/// says why, without a secret.</summary>
public sealed class KumaException(string message, Exception? inner = null) : Exception(message, inner);
