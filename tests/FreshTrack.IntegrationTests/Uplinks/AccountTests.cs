namespace FreshTrack.IntegrationTests.Uplinks;

/// <summary>The account finds what it is there to find.</summary>
public sealed class AccountTests
{
    private static readonly NetworkSensor Sensor = new(Guid.CreateVersion7(), "sensor-1", DevEui: null, "secret");

    private static readonly IReadOnlyList<SentUplink> Sent =
    [
        .. Enumerable
            .Range(0, 3)
            .Select(i => new SentUplink(Sensor, i, new DateTime(2026, 1, 15, 0, 0, i, DateTimeKind.Utc))
            {
                TakenBy = i == 2 ? null : TheThingsNetwork.OldSide,
            }),
    ];

    [Fact]
    public void Whole_account_has_no_fault()
    {
        var account = Account(Row(0), Row(1) with { RecordedAt = Sent[1].At.AddMicroseconds(1), FrameCounter = null });

        Assert.Empty(account.Faults);
        Assert.Contains(
            "sensor-1                    3    2    0        0       2     0        0        0",
            account.Table
        );
    }

    [Fact]
    public void Reading_that_nobody_acknowledged_may_be_there_or_not() =>
        Assert.Empty(Account(Row(0), Row(1), Row(2)).Faults);

    [Fact]
    public void Lost_reading_is_found() =>
        Assert.StartsWith("lost: sensor-1 1 ", Assert.Single(Account(Row(0)).Faults));

    [Fact]
    public void Doubled_reading_is_found() =>
        Assert.StartsWith(
            "doubled: sensor-1 0 ",
            Assert.Single(Account(Row(0), Row(0) with { RecordedAt = Sent[0].At.AddMicroseconds(1) }, Row(1)).Faults)
        );

    [Fact]
    public void Changed_temperature_is_found() =>
        Assert.StartsWith(
            "changed: sensor-1 1 ",
            Assert.Single(Account(Row(0), Row(1) with { Temperature = 4.01m }).Faults)
        );

    [Fact]
    public void Another_frame_of_the_same_moment_is_found() =>
        Assert.StartsWith(
            "changed: sensor-1 1 ",
            Assert.Single(Account(Row(0), Row(1) with { FrameCounter = 7 }).Faults)
        );

    [Fact]
    public void Reading_that_nobody_sent_is_found() =>
        Assert.StartsWith(
            "nobody sent ",
            Assert.Single(Account(Row(0), Row(1), Row(1) with { RecordedAt = Sent[2].At.AddSeconds(1) }).Faults)
        );

    private static ReadingRow Row(int i) =>
        new(Sensor.Id, Sent[i].At, Math.Round((Sent[i].Celsius * 1.8m) + 32, 2), Sent[i].FrameCounter);

    private static AccountOfReadings Account(params ReadingRow[] rows) =>
        AccountOfReadings.Of("account", [.. Sent.Where(uplink => uplink.TakenBy is not null)], Sent, rows);
}
