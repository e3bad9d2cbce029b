namespace FreshTrack.Cutover.Runs;

/// <summary>A result that one step of a run leaves for the later ones.</summary>
/// <param name="step">Id of the step that leaves it.</param>
public sealed class Handover<T>(string step)
    where T : class
{
    /// <summary>Null until the step has left it.</summary>
    public T? Found { get; private set; }

    /// <exception cref="InvalidOperationException">The step has not run; its id is named.</exception>
    public T Value =>
        Found ?? throw new InvalidOperationException($"There is no {typeof(T).Name} yet: step {step} comes first.");

    public void Set(T value) => Found = value;
}
