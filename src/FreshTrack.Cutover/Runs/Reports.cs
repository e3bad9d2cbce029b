namespace FreshTrack.Cutover.Runs;

/// <summary>Unlike <see cref="Progress{T}"/> tells at once, on the thread that reports.</summary>
internal sealed class Reports<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
