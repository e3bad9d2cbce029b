namespace FreshTrack.Build;

/// <summary>A target did its work and the result is not good:
/// a test failed, a rule is broken, the gate says Fail.</summary>
public sealed class TargetFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
