using System.Threading.Channels;

namespace FreshTrack.Api.Ingestion;

internal enum WriteOutcome
{
    /// <summary>Committed, now or by an earlier delivery of the same readings.</summary>
    Stored,

    /// <summary>The database refused them: a unit or sensor has gone, or a value that it cannot hold.</summary>
    Refused,
}

/// <summary>Readings of one request, which somebody waits for: all of them are stored or none.</summary>
internal sealed class QueuedReadings(IReadOnlyList<NewReading> readings)
{
    // Continuations run on the pool: answering webhooks must not hold up the writer.
    private readonly TaskCompletionSource<WriteOutcome> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<NewReading> Readings { get; } = readings;

    public Task<WriteOutcome> Written => written.Task;

    public void Complete(WriteOutcome outcome) => written.TrySetResult(outcome);

    public void Fail(Exception exception) => written.TrySetException(exception);
}

/// <summary>Accepted readings that wait for their commit. Bounded: what does not fit is put off, never dropped.</summary>
/// <param name="capacity">Readings; a request of more than that is taken when nothing else waits.</param>
internal sealed class ReadingQueue(int capacity)
{
    private readonly Channel<QueuedReadings> channel = Channel.CreateUnbounded<QueuedReadings>();
    private int depth;

    /// <summary>Readings that wait.</summary>
    public int Depth => Volatile.Read(ref depth);

    /// <returns>False when the queue is full or closed; otherwise <paramref name="written"/> ends with the readings' commit.</returns>
    public bool TryAdd(IReadOnlyList<NewReading> readings, out Task<WriteOutcome> written)
    {
        var queued = new QueuedReadings(readings);
        written = queued.Written;
        var waiting = Interlocked.Add(ref depth, readings.Count);
        if ((waiting <= capacity || waiting == readings.Count) && channel.Writer.TryWrite(queued))
        {
            return true;
        }

        Interlocked.Add(ref depth, -readings.Count);
        return false;
    }

    /// <returns>False once the queue is closed and empty.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes what waits, up to so many readings; a request is never split.</summary>
    public void Take(List<QueuedReadings> batch, int maximumReadings)
    {
        var taken = 0;
        while (channel.Reader.TryPeek(out var next) && (taken == 0 || taken + next.Readings.Count <= maximumReadings) && channel.Reader.TryRead(out var queued))
        {
            batch.Add(queued);
            taken += queued.Readings.Count;
        }

        Interlocked.Add(ref depth, -taken);
    }

    public void Close() => channel.Writer.TryComplete();
}
