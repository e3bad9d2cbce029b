using FreshTrack.Cutover.Runs;

namespace FreshTrack.Cutover.States;

/// <summary>Looks at both systems as they are.</summary>
public interface IStateProbe
{
    Task<ObservedState> ReadAsync(RunContext run, CancellationToken cancellationToken);
}
