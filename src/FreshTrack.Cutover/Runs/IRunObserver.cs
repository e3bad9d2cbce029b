namespace FreshTrack.Cutover.Runs;

/// <summary>Whoever watches a run. What it does with an event must not fail the run.</summary>
public interface IRunObserver
{
    void Tell(RunEvent what);
}
