using FreshTrack.Cutover.Evidence;
using FreshTrack.Plan;

namespace FreshTrack.Load;

/// <summary>Something that sends the requests of scenarios when they are due and measures them.</summary>
public interface ILoadRunner
{
    /// <summary>Runs all scenarios at once, from the same start.</summary>
    /// <param name="progress">Called now and then; never by the thread that sends.</param>
    /// <exception cref="RefusedException">The runner cannot send what is planned.</exception>
    Task<LoadResult> RunAsync(
        IReadOnlyList<ScenarioRun> runs,
        IProgress<LoadProgress>? progress,
        CancellationToken cancellationToken
    );
}
