using FreshTrack.Plan;

namespace FreshTrack.Cutover.Runs;

/// <summary>Says whether this process may still act on source and target.</summary>
public interface IRunGuard
{
    /// <summary>Called with a step's beginning in the journal, before its action.</summary>
    /// <exception cref="RefusedException">Another process has the run, or the journal cannot be kept where it must
    /// be.</exception>
    Task DemandAsync(CancellationToken cancellationToken);
}
