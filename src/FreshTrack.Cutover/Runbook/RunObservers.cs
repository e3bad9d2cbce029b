namespace FreshTrack.Cutover.Runbook;

/// <summary>Several observers as one, told in their order.</summary>
public sealed class RunObservers(params IReadOnlyList<IRunObserver> observers) : IRunObserver
{
    public void PhaseStarted(Phase phase) => Tell(observer => observer.PhaseStarted(phase));

    public void StepStarted(Step step) => Tell(observer => observer.StepStarted(step));

    public void StepProgressed(Step step, string text) => Tell(observer => observer.StepProgressed(step, text));

    public void StepEnded(Step step, StepTiming timing) => Tell(observer => observer.StepEnded(step, timing));

    public void PhaseEnded(Phase phase, PhaseTiming timing) => Tell(observer => observer.PhaseEnded(phase, timing));

    private void Tell(Action<IRunObserver> what)
    {
        foreach (var observer in observers)
        {
            what(observer);
        }
    }
}
