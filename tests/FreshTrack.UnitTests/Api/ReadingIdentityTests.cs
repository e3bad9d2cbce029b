using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

public sealed class ReadingIdentityTests
{
    private static readonly Guid Sensor = new("0192f0c4-0000-7000-8000-000000000001");
    private static readonly Guid Unit = new("0192f0c4-0000-7000-8000-000000000002");
    private static readonly Guid Other = new("0192f0c4-0000-7000-8000-000000000003");
    private static readonly DateTime Time = new(2026, 1, 14, 7, 21, 27, 123, 456, DateTimeKind.Utc);

    [Fact]
    public void Same_reading_has_the_same_id_whenever_it_arrives() =>
        Assert.Equal(Reading(receivedAt: Time).Id, Reading(receivedAt: Time.AddHours(3)).Id);

    [Fact]
    public void Values_that_are_stored_alike_have_the_same_id() =>
        Assert.Equal(Reading(temperature: 4.2m).Id, Reading(temperature: 4.2049m).Id);

    [Fact]
    public void Another_reporter_unit_time_counter_value_or_corrected_reading_has_another_id() =>
        Assert.Equal(
            9,
            new HashSet<Guid>
            {
                Reading().Id,
                Reading(sensor: Other).Id,
                Reading(sensor: null).Id,
                Reading(unit: Other).Id,
                Reading(saidAt: Time.AddMicroseconds(1)).Id,
                Reading(counter: 8).Id,
                Reading(counter: null).Id,
                Reading(temperature: null).Id,
                Reading(supersedes: Other).Id,
            }.Count
        );

    [Fact]
    public void Id_is_a_version_7_UUID_of_the_time_that_was_said()
    {
        var id = Reading(receivedAt: Time.AddHours(1)).Id;

        Assert.Equal(7, id.Version);
        Assert.Equal(Guid.CreateVersion7(new DateTimeOffset(Time)).ToString()[..13], id.ToString()[..13]);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(50, 50)]
    public void Reading_from_ahead_is_recorded_at_its_arrival(int minutesAhead, int clampedBy)
    {
        var reading = Reading(receivedAt: Time.AddMinutes(-minutesAhead).AddTicks(3));

        Assert.Equal(
            (Time.AddMinutes(-clampedBy), clampedBy > 0, Time),
            (reading.RecordedAt, reading.IsClamped, reading.SaidAt)
        );
    }

    private static NewReading Reading(
        DateTime? saidAt = null,
        DateTime? receivedAt = null,
        long? counter = 7,
        decimal? temperature = 4,
        Guid? unit = null,
        Guid? supersedes = null
    ) => Reading(Sensor, saidAt, receivedAt, counter, temperature, unit, supersedes);

    private static NewReading Reading(
        Guid? sensor,
        DateTime? saidAt = null,
        DateTime? receivedAt = null,
        long? counter = 7,
        decimal? temperature = 4,
        Guid? unit = null,
        Guid? supersedes = null
    ) =>
        new()
        {
            Unit = unit ?? Unit,
            Sensor = sensor,
            Source = "ttn",
            SaidAt = saidAt ?? Time,
            ReceivedAt = receivedAt ?? Time.AddSeconds(1),
            Measured = new Measurements(temperature, Humidity: 60, Battery: null, BatteryVoltage: null, DoorOpen: null),
            FrameCounter = counter,
            Supersedes = supersedes,
        };
}
