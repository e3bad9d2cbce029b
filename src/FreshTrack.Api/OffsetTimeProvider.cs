namespace FreshTrack.Api;

/// <summary>The system's clock moved by a constant: rehearsals run on the clock of their fixtures.</summary>
/// <param name="offset">Added to the system's time; negative lies in the past.</param>
public sealed class OffsetTimeProvider(TimeSpan offset) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
}
