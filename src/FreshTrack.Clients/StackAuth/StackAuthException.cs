namespace FreshTrack.Clients.StackAuth;

/// <summary>Stack Auth could not be reached, refused a call or answered something else than was asked for.</summary>
public sealed class StackAuthException(string message, Exception? inner = null) : Exception(message, inner);
