namespace FreshTrack.Migration;

/// <summary>The move failed after work had started;
/// what was committed stays, and the same run can be resumed.</summary>
public class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
