using FreshTrack.Cutover.Runs;

namespace FreshTrack.UnitTests.Cutover;

/// <summary>An observer that remembers.</summary>
internal sealed class RecordedEvents : IRunObserver
{
    public List<RunEvent> All { get; } = [];

    public void Tell(RunEvent what) => All.Add(what);
}
