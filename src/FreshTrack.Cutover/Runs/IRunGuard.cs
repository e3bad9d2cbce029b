using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>Says whether this process may still act on source and target.</summary>
public interface IRunGuard
{
    /// <summary>Called with a step's beginning in the journal, before its action.</summary>
    /// <param name="isAnswered">A person has just had the step run once more, and so knows what went wrong
    /// before.</param>
    /// <exception cref="RefusedException">Another process has the run, or nothing kept one away for a time; or the
    /// journal cannot be kept where it must be.</exception>
    Task DemandAsync(bool isAnswered, CancellationToken cancellationToken);
}
