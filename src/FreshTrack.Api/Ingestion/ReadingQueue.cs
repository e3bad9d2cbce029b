using System.Threading.Channels;

namespace FreshTrack.Api.Ingestion;

/// <summary>A reading on its way into the table.</summary>
internal sealed record NewReading(Guid Id, Guid Sensor, Guid Unit, DateTime ReceivedAt, Uplink Uplink);

internal enum WriteOutcome
{
    /// <summary>Committed, now or by an earlier delivery of the same uplink.</summary>
    Stored,

    /// <summary>The database refused this reading: its unit or sensor has gone, or a value that it cannot hold.</summary>
    Refused,
}

/// <summary>A reading that somebody waits for.</summary>
internal sealed class QueuedReading(NewReading reading)
{
    // Continuations run on the pool: answering webhooks must not hold up the writer.
    private readonly TaskCompletionSource<WriteOutcome> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NewReading Reading { get; } = reading;

    public Task<WriteOutcome> Written => written.Task;

    public void Complete(WriteOutcome outcome) => written.TrySetResult(outcome);

    public void Fail(Exception exception) => written.TrySetException(exception);
}

/// <summary>Accepted readings that wait for their commit. Bounded: what does not fit is put off, never dropped.</summary>
internal sealed class ReadingQueue(int capacity)
{
    private readonly Channel<QueuedReading> channel = Channel.CreateBounded<QueuedReading>(
        new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<QueuedReading> Reader => channel.Reader;

    public int Depth => channel.Reader.Count;

    /// <returns>False when the queue is full or closed; otherwise <paramref name="written"/> ends with the reading's commit.</returns>
    public bool TryAdd(NewReading reading, out Task<WriteOutcome> written)
    {
        var queued = new QueuedReading(reading);
        written = queued.Written;
        return channel.Writer.TryWrite(queued);
    }

    public void Close() => channel.Writer.TryComplete();
}
