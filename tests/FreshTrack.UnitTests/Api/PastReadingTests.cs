using FreshTrack.Api.Ingestion;

namespace FreshTrack.UnitTests.Api;

/// <summary>Readings of earlier times that an uplink tells.</summary>
public sealed class PastReadingTests
{
    [Theory]
    [InlineData("1768370400")]
    [InlineData("1768370400000")]
    [InlineData("\"2026-01-14T06:00:00Z\"")]
    [InlineData("\"2026-01-14T07:00:00+01:00\"")]
    [InlineData("\"Wed, 14 Jan 2026 06:00:00 GMT\"")]
    public void Time_that_is_unambiguous_is_the_reading_s_own(string time)
    {
        var uplink = History($$"""[{ "timestamp": {{time}}, "temperature": -18.4 }]""");

        var past = Assert.Single(uplink.Past);
        Assert.Equal(new DateTime(2026, 1, 14, 6, 0, 0, DateTimeKind.Utc), past.RecordedAt);
        Assert.Equal(DateTimeKind.Utc, past.RecordedAt.Kind);
        Assert.Equal(-18.4m, past.Read(SensorFacts.Unknown).Measured!.Temperature);
        Assert.Equal(("ttn_history", null), (past.Source, past.FrameCounter));
        Assert.Null(uplink.Read(SensorFacts.Unknown).Measured);
    }

    [Theory]
    [InlineData("\"2026-01-14 06:00:00\"")]
    [InlineData("\"2026-01-14T06:00:00\"")]
    [InlineData("\"2026-01-14T06:00:00.000\"")]
    [InlineData("\"06:00\"")]
    [InlineData("0")]
    [InlineData("1514764799")]
    [InlineData("1768375888")]
    [InlineData("1e30")]
    [InlineData("-1")]
    [InlineData("null")]
    [InlineData("true")]
    public void Time_that_is_ambiguous_unset_or_after_the_uplink_makes_no_reading(string time)
    {
        var uplink = History($$"""[{ "timestamp": {{time}}, "temperature": -18.4 }, { "temperature": -18.5 }]""");

        Assert.Empty(uplink.Past);
        Assert.Equal(2, uplink.PastWithoutTime);
        Assert.Equal(UplinkReason.History, uplink.Read(SensorFacts.Unknown).Reason);
    }

    [Fact]
    public void Measurements_of_one_time_are_one_reading()
    {
        var body = Uplinks
            .WithPayload("{}")
            .Replace(
                "\"decoded_payload\": {}",
                """
                "normalized_payload": [
                  { "time": "2026-01-14T06:00:00Z", "air": { "temperature": 4.4 } },
                  { "time": "2026-01-14T06:00:00Z", "battery": 3.3 },
                  { "time": "2026-01-14T06:10:00Z", "air": { "temperature": 4.6 } }
                ]
                """
            );

        var read = Uplinks.Accepted(body).Past.Select(past => past.Read(SensorFacts.Unknown).Measured!).ToArray();

        Assert.Equal([(4.4m, 3.3m), (4.6m, null)], read.Select(past => (past.Temperature!.Value, past.BatteryVoltage)));
    }

    [Fact]
    public void Unit_that_the_payload_states_holds_for_its_history()
    {
        var uplink = Uplinks.Accepted(
            Uplinks.WithPayload(
                """{ "temperature_unit": "F", "history": [{ "timestamp": 1768370400, "temperature": 41 }] }"""
            )
        );

        Assert.Equal(5, uplink.Past.Single().Read(SensorFacts.Unknown).Measured!.Temperature);
    }

    [Fact]
    public void More_entries_than_an_uplink_can_hold_are_no_history()
    {
        var entries = string.Join(
            ',',
            Enumerable.Range(0, 201).Select(i => $$"""{ "timestamp": {{1768370400 + i}}, "temperature": 4 }""")
        );

        Assert.Empty(History($"[{entries}]").Past);
    }

    private static Uplink History(string entries) =>
        Uplinks.Accepted(Uplinks.WithPayload($$"""{ "battery": 90, "history": {{entries}} }"""));
}
