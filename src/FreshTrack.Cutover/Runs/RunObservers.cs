using FreshTrack.Cutover.Runbooks;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>The observers of a run, told in their order.</summary>
public sealed class RunObservers(TimeProvider clock, params IEnumerable<IRunObserver> observers)
{
    private readonly List<IRunObserver> all = [.. observers];
    private readonly HashSet<IRunObserver> failed = [];

    public void Add(IRunObserver observer) => all.Add(observer);

    /// <summary>An observer whose disk is full misses what it could not write; the others are told of it, and the run
    /// goes on.</summary>
    public void Tell(RunEvent what)
    {
        foreach (var observer in all)
        {
            try
            {
                observer.Tell(what);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (failed.Add(observer))
                {
                    Tell(new Noted($"{observer.GetType().Name} misses part of the run: {e.Message}"));
                }
            }
        }
    }

    public void Note(string text) => Tell(new Noted(text));

    /// <summary>Does work that is not a step of the runbook, and tells of it as of a step.</summary>
    /// <param name="summary">What it came to, in a sentence.</param>
    public async Task<T> ShowAsync<T>(string title, Func<IProgress<string>, Task<T>> work, Func<T, string> summary)
    {
        Tell(new WorkStarted(title));
        var started = clock.GetTimestamp();
        try
        {
            var result = await work(new Reports<string>(text => Tell(new WorkProgressed(title, text))));
            Tell(new WorkEnded(title, StepResult.Pass(summary(result)), clock.GetElapsedTime(started)));
            return result;
        }
        catch (Exception e)
        {
            var ended = new StepResult(Verdict.Inconclusive, RunbookEngine.Reason(e));
            Tell(new WorkEnded(title, ended, clock.GetElapsedTime(started)) { Failed = true });
            throw;
        }
    }
}
