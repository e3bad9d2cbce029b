namespace FreshTrack.Cutover.Rollback;

/// <summary>Rows cannot go back as they are; the message names them, what is in the way and the next step. What was
/// written before stays, and a repeated return continues.</summary>
public sealed class ReturnException(string message, Exception? inner = null) : Exception(message, inner);
