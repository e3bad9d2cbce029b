using FreshTrack.Api.Ingestion;
using FreshTrack.Api.Monitoring;

namespace FreshTrack.UnitTests.Api;

public sealed class ReadingQueueTests
{
    private static readonly Guid Unit = Guid.CreateVersion7();

    [Fact]
    public void What_waits_and_what_is_put_off_is_told()
    {
        var queue = new ReadingQueue(capacity: 2);
        var (depth, putOff) = (IngestionMetrics.QueueDepth.Value, IngestionMetrics.PutOff.Value);

        Assert.True(queue.TryAdd(Readings(2), out _));
        Assert.False(queue.TryAdd(Readings(3), out _));
        Assert.Equal((2, 3), (IngestionMetrics.QueueDepth.Value - depth, IngestionMetrics.PutOff.Value - putOff));

        for (var lane = 0; lane < ReadingQueue.Lanes; lane++)
        {
            queue.Take(lane, [], maximumReadings: 10);
        }

        Assert.Equal(0, IngestionMetrics.QueueDepth.Value - depth);
    }

    private static NewReading[] Readings(int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new NewReading
                {
                    Unit = Unit,
                    Source = "api",
                    SaidAt = DateTime.UnixEpoch,
                    ReceivedAt = DateTime.UnixEpoch,
                    Measured = new Measurements(4m, null, null, null, null),
                }),
        ];
}
