namespace FreshTrack.Plan;

/// <summary>Work was refused before it started: bad input, a missing precondition or confirmation. Ends in exit code
/// 4.</summary>
/// <remarks>The message names the value, what was expected, and the next step; it is shown as it is, without a stack
/// trace.</remarks>
public sealed class RefusedException(string message, Exception? inner = null) : Exception(message, inner);
