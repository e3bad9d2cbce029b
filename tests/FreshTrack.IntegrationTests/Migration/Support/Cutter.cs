using FreshTrack.Migration;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Cancels when an activity has reported some chunks.</summary>
internal sealed class Cutter(string activity, int after, CancellationTokenSource cut) : IProgress<MoveProgress>
{
    private int seen;

    public void Report(MoveProgress value)
    {
        if (value.Activity == activity && Interlocked.Increment(ref seen) >= after)
        {
            cut.Cancel();
        }
    }
}
