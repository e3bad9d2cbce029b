namespace FreshTrack.Cutover.Runbook;

/// <summary>Who watches a run: the console, the live board, a test.</summary>
public interface IRunObserver
{
    void PhaseStarted(Phase phase);

    void StepStarted(Step step);

    /// <summary>Called often while a step works; a text such as <c>sensor_readings 62% · 210,000 rows/s · 12 s
    /// left</c>.</summary>
    void StepProgressed(Step step, string text);

    void StepEnded(Step step, StepTiming timing);

    void PhaseEnded(Phase phase, PhaseTiming timing);
}
