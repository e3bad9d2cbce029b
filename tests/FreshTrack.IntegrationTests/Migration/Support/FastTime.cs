namespace FreshTrack.IntegrationTests.Migration;

/// <summary>A clock that runs twenty times as fast, so that a
/// test need not wait out the pauses between attempts.</summary>
internal sealed class FastTime : TimeProvider
{
    private const int Factor = 20;

    public override long GetTimestamp() => base.GetTimestamp() * Factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Shorten(dueTime), Shorten(period));

    // Infinity is a negative number and stays what it is.
    private static TimeSpan Shorten(TimeSpan time) => time > TimeSpan.Zero ? time / Factor : time;
}
