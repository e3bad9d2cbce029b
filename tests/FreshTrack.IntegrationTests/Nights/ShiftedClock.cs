namespace FreshTrack.IntegrationTests.Nights;

/// <summary>The system's clock, set ahead of it: as after a sleep, in which timers stand still.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
