using System.Text.Json;
using System.Text.Json.Nodes;
using FreshTrack.Api;
using FreshTrack.Api.Ingestion;
using FreshTrack.Fixtures.Uplinks;

namespace FreshTrack.UnitTests.Api;

/// <summary>The bodies of <c>fixtures/ttn/corpus</c> against the parser.</summary>
public sealed class UplinkCorpusTests
{
    private const int FewestBodies = 80;

    public static TheoryData<string> Names => [.. UplinkCorpus.All.Select(body => body.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Body_becomes_the_reading_or_the_reason_that_its_maker_means(string name)
    {
        var body = Body(name);
        var (reading, uplink) = Parse(body);

        Assert.Equal(
            body.Expected,
            new ExpectedUplink(
                reading.Measured?.Temperature,
                reading.Measured?.Humidity,
                reading.Measured?.Battery,
                reading.Measured?.BatteryVoltage,
                reading.Measured?.DoorOpen,
                uplink?.Payload?.DoorOpenCount,
                uplink?.Payload?.DoorOpenSeconds,
                reading.Reason,
                reading.Field,
                uplink?.Past.Count(past => past.Read(Facts(body)).Measured is not null) ?? 0,
                uplink?.Payload?.Dropped.Count ?? 0
            )
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_accepted_body_loses_a_field_that_the_table_knows(string name)
    {
        var body = Body(name);
        if (Parse(body).Reading.Measured is not { } measured || body.Decoded is not { } decoded)
        {
            return;
        }

        var whole = PayloadDecoder.Read(Element(decoded));
        foreach (var (field, value) in decoded)
        {
            var alone = PayloadDecoder.Read(Element(new JsonObject { [field] = value?.DeepClone() }));
            Assert.Subset(whole.Temperatures.ToHashSet(), alone.Temperatures.ToHashSet());
            Assert.True(alone.Humidity is null || measured.Humidity is not null, field);
            Assert.True(
                alone.DoorOpen is null || measured.DoorOpen is not null || body.SensorType == "temperature_humidity",
                field
            );
            Assert.True(alone.Voltage is null || measured is { Battery: not null, BatteryVoltage: not null }, field);
            Assert.True(
                BatteryReport.OfUplink(alone.Battery, volts: null, chemistry: null) is { Percent: null, Volts: null }
                    || measured.Battery is not null,
                field
            );
        }
    }

    [Fact]
    public void Every_name_of_the_table_is_read_in_any_case()
    {
        foreach (var field in PayloadFieldTable.All.Where(field => !field.Name.StartsWith("normalized.")))
        {
            var name = field.Name.Replace("#", "2");
            Assert.Equal(field, PayloadFieldTable.All[PayloadFieldTable.Rank(name.ToUpperInvariant())!.Value]);
            Assert.Equal(field, PayloadFieldTable.All[PayloadFieldTable.Rank(name.ToLowerInvariant())!.Value]);
            Assert.NotEmpty(field.Source);
        }
    }

    [Fact]
    public void Corpus_is_large_and_names_its_sources()
    {
        Assert.True(UplinkCorpus.All.Count >= FewestBodies);
        Assert.All(UplinkCorpus.All, body => Assert.NotEmpty(body.Source));
        Assert.Distinct(UplinkCorpus.All.Select(body => body.Name));
    }

    private static CorpusBody Body(string name) => UplinkCorpus.All.Single(body => body.Name == name);

    private static (UplinkReading Reading, Uplink? Uplink) Parse(CorpusBody body) =>
        UplinkParser.Parse(body.Of("0011223344556677", "cell-1", Uplinks.Now.AddHours(-1)), Uplinks.Now) switch
        {
            ParsedUplink.Accepted { Uplink: var uplink } => (
                uplink.Read(Facts(body)),
                uplink.OfSensorIn(TemperatureUnit.Celsius)
            ),
            ParsedUplink.Ignored ignored => (new UplinkReading(Measured: null, ignored.Reason), null),
            var other => throw new InvalidOperationException($"{body.Name}: {other}"),
        };

    private static SensorFacts Facts(CorpusBody body) =>
        new()
        {
            TemperatureField = body.TemperatureField,
            Type = body.SensorType,
            Chemistry = body.Chemistry,
        };

    private static JsonElement Element(JsonObject json) => JsonDocument.Parse(json.ToJsonString()).RootElement;
}
