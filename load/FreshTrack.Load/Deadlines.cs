namespace FreshTrack.Load;

/// <summary>Tokens that end requests after their timeout:
/// one token for all requests of a thirty-second part of it, not a timer each.</summary>
internal sealed class Deadlines(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken) : IDisposable
{
    private readonly TimeSpan width = timeout / 32;
    private readonly List<CancellationTokenSource> sources = [];
    private CancellationToken current;
    private long renewAt;

    /// <summary>The token for a request that starts now. Called by one thread only.</summary>
    public CancellationToken TokenAt(long now)
    {
        if (sources.Count == 0 || now >= renewAt)
        {
            var timer = new CancellationTokenSource(timeout + width, time);
            var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            sources.Add(timer);
            sources.Add(linked);
            current = linked.Token;
            renewAt = now + (long)(width.TotalSeconds * time.TimestampFrequency);
        }

        return current;
    }

    public void Dispose() => sources.ForEach(source => source.Dispose());
}
