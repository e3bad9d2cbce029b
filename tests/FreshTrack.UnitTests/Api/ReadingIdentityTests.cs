using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class ReadingIdentityTests
{
    private static readonly Guid Sensor = new("0192f0c4-0000-7000-8000-000000000001");
    private static readonly DateTime Time = new(2026, 1, 14, 7, 21, 27, 123, 456, DateTimeKind.Utc);

    [Fact]
    public void Same_uplink_has_the_same_id() =>
        Assert.Equal(ReadingIdentity.Of(Sensor, Time, 7), ReadingIdentity.Of(Sensor, Time, 7));

    [Fact]
    public void Another_sensor_time_or_counter_has_another_id() =>
        Assert.Equal(
            5,
            new HashSet<Guid>
            {
                ReadingIdentity.Of(Sensor, Time, 7),
                ReadingIdentity.Of(new Guid("0192f0c4-0000-7000-8000-000000000002"), Time, 7),
                ReadingIdentity.Of(Sensor, Time.AddMicroseconds(1), 7),
                ReadingIdentity.Of(Sensor, Time, 8),
                ReadingIdentity.Of(Sensor, Time, null),
            }.Count
        );

    [Fact]
    public void Id_is_a_version_7_UUID_of_the_reading_s_time()
    {
        var id = ReadingIdentity.Of(Sensor, Time, 7);

        Assert.Equal(7, id.Version);
        Assert.Equal(Guid.CreateVersion7(new DateTimeOffset(Time)).ToString()[..13], id.ToString()[..13]);
    }
}
