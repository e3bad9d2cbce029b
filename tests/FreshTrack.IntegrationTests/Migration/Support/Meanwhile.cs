using FreshTrack.Migration;

namespace FreshTrack.IntegrationTests.Migration;

/// <summary>Does something to a move from within it: when an activity has reported so many chunks.</summary>
internal sealed class Meanwhile(string activity, int[] at, Action action) : IProgress<MoveProgress>
{
    private int seen;
    private int done;

    public int Done => done;

    public void Report(MoveProgress value)
    {
        if (value.Activity == activity && at.Contains(Interlocked.Increment(ref seen)))
        {
            action();
            Interlocked.Increment(ref done);
        }
    }
}
