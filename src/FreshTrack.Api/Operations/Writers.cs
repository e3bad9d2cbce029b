namespace FreshTrack.Api.Operations;

/// <summary>What writes customers' rows at this moment: requests, which wait for the commit of their readings, and the
/// work that the API does by itself.</summary>
/// <remarks>Each counts itself first and looks at the switch afterwards. So once nobody is counted after the switch was
/// seen, nobody will write.</remarks>
internal sealed class Writers(Switches switches)
{
    private int working;

    /// <summary>Nothing may be written any more, and what had begun has ended.</summary>
    public bool HaveStopped => !MayWrite && Volatile.Read(ref working) == 0;

    /// <summary>False once sensors are refused: what is written then would be lost with this side.</summary>
    public bool MayWrite => !switches.AreSensorsRefused;

    /// <returns>Ends the work when it is disposed of.</returns>
    public IDisposable Enter()
    {
        Interlocked.Increment(ref working);
        return new Work(this);
    }

    /// <summary>Does the work, unless nothing may be written.</summary>
    public async Task TryAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using (Enter())
        {
            if (MayWrite)
            {
                await work(cancellationToken);
            }
        }
    }

    private sealed class Work(Writers writers) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref writers.working);
    }
}
