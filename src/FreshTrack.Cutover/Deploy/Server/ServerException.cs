namespace FreshTrack.Cutover.Deploy;

/// <summary>A command on the server failed, or the server was not reached; the message ends with what it printed
/// last, without secrets.</summary>
public sealed class ServerException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);
