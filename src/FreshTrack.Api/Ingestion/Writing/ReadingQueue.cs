using System.Threading.Channels;
using FreshTrack.Api.Monitoring;

namespace FreshTrack.Api.Ingestion;

/// <summary>Readings of one request, which somebody waits for: all of them are stored or none.</summary>
internal sealed class QueuedReadings(IReadOnlyList<NewReading> readings)
{
    // Continuations run on the pool: answering webhooks must not hold up the writer.
    private readonly TaskCompletionSource<WriteOutcome> written = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public IReadOnlyList<NewReading> Readings { get; } = readings;

    public Task<WriteOutcome> Written => written.Task;

    public void Complete(WriteOutcome outcome) => written.TrySetResult(outcome);

    public void Fail(Exception exception) => written.TrySetException(exception);
}

/// <summary>Accepted readings that wait for their commit. Bounded:
/// what does not fit is put off, never dropped.</summary>
/// <remarks>A unit always has the same lane, and a lane one writer:
/// batches under way at once do not wait for each other's rows.</remarks>
/// <param name="capacity">Readings of all lanes; a request of more than that is taken when nothing else waits.</param>
internal sealed class ReadingQueue(int capacity)
{
    /// <summary>Two, so that one batch is built while another is committed.</summary>
    public const int Lanes = 2;

    private readonly Channel<QueuedReadings>[] lanes =
    [
        .. Enumerable
            .Range(0, Lanes)
            .Select(_ => Channel.CreateUnbounded<QueuedReadings>(new UnboundedChannelOptions { SingleReader = true })),
    ];
    private int depth;

    /// <returns>False when the queue is full or closed;
    /// otherwise <paramref name="written"/> ends with the readings' commit.</returns>
    public bool TryAdd(IReadOnlyList<NewReading> readings, out Task<WriteOutcome> written)
    {
        var queued = new QueuedReadings(readings);
        written = queued.Written;
        var lane = lanes[(uint)readings[0].Unit.GetHashCode() % Lanes];
        var waiting = Interlocked.Add(ref depth, readings.Count);
        IngestionMetrics.QueueDepth.Inc(readings.Count);
        if ((waiting <= capacity || waiting == readings.Count) && lane.Writer.TryWrite(queued))
        {
            return true;
        }

        Leave(readings.Count);
        IngestionMetrics.PutOff.Inc(readings.Count);
        return false;
    }

    /// <returns>False once the queue is closed and this lane of it empty.</returns>
    public ValueTask<bool> WaitAsync(int lane, CancellationToken cancellationToken) =>
        lanes[lane].Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes what waits in a lane, up to so many readings; a request is never split.</summary>
    public void Take(int lane, List<QueuedReadings> batch, int maximumReadings)
    {
        var reader = lanes[lane].Reader;
        var taken = 0;
        while (
            reader.TryPeek(out var next)
            && (taken == 0 || taken + next.Readings.Count <= maximumReadings)
            && reader.TryRead(out var queued)
        )
        {
            batch.Add(queued);
            taken += queued.Readings.Count;
        }

        Leave(taken);
    }

    public void Close() => Array.ForEach(lanes, lane => lane.Writer.TryComplete());

    private void Leave(int readings)
    {
        Interlocked.Add(ref depth, -readings);
        IngestionMetrics.QueueDepth.Dec(readings);
    }
}
