using System.Text;
using System.Text.Json;
using FreshTrack.Api.Ingestion;
using FreshTrack.Fixtures.Uplinks;

namespace FreshTrack.UnitTests.Api;

/// <summary>A hundred thousand damaged webhooks:
/// the parser answers each, and what it accepts the table can hold.</summary>
public sealed class UplinkFuzzTests
{
    private const int Webhooks = 100_000;
    private const int Seed = 20260114;

    [Fact]
    public void Every_damaged_webhook_is_accepted_whole_or_refused_with_a_reason()
    {
        var mutator = new UplinkMutator([.. UplinkSamples.All.Values], Seed);
        var (accepted, unread, refused) = (0, 0, 0);

        Parallel.For(
            0,
            Webhooks,
            number =>
            {
                var body = mutator.Uplink(number);
                try
                {
                    switch (UplinkParser.Parse(body, Uplinks.Now))
                    {
                        case ParsedUplink.Accepted { Uplink: var uplink }:
                            Interlocked.Increment(ref AssertStorable(uplink) ? ref accepted : ref unread);
                            break;
                        case ParsedUplink.Refused { Status: 400, Message.Length: > 0 }:
                            Interlocked.Increment(ref refused);
                            break;
                        case ParsedUplink.Ignored { Reason.Length: > 0 }:
                            Interlocked.Increment(ref unread);
                            break;
                        case var other:
                            Assert.Fail($"{other}");
                            break;
                    }
                }
                catch (Exception exception)
                {
                    Assert.Fail($"Webhook {number} of seed {Seed}: {exception}\n{Encoding.UTF8.GetString(body)}");
                }
            }
        );

        // Damage that hits everything, or nothing, would test little.
        Assert.InRange(accepted, Webhooks / 5, Webhooks * 4 / 5);
        Assert.InRange(refused, Webhooks / 10, Webhooks * 4 / 5);
        Assert.InRange(unread, Webhooks / 100, Webhooks * 4 / 5);
    }

    /// <returns>False for an uplink that becomes no reading.</returns>
    private static bool AssertStorable(Uplink uplink)
    {
        if (uplink.Read(SensorFacts.Unknown) is not { Measured: { } measured } reading)
        {
            Assert.NotEmpty(uplink.Read(SensorFacts.Unknown).Reason!);
            return false;
        }

        Assert.False(measured.IsEmpty);
        Assert.True(reading.Field is null || reading.Reason is not null);
        Assert.True(uplink.DevEui.Length > 0 || uplink.DeviceId.Length > 0);
        Assert.True(measured.Temperature is null or (>= -100 and <= 200));
        Assert.True(measured.Humidity is null or (>= 0 and <= 100));
        Assert.True(measured.Battery is null or (>= 0 and <= 100));
        Assert.True(measured.BatteryVoltage is null or (>= 0 and < 10));
        Assert.True(uplink.SignalStrength is null or (> -1_000 and < 1_000));
        Assert.True(uplink.FrameCounter is >= 0 and <= uint.MaxValue);
        Assert.True(uplink.FramePort is null or (>= 0 and <= 255));
        Assert.Equal(DateTimeKind.Utc, uplink.RecordedAt.Kind);
        Assert.InRange(
            uplink.RecordedAt,
            new DateTime(2018, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Uplinks.Now.UtcDateTime.AddHours(1)
        );
        Assert.True(
            uplink.PayloadBase64 is not { } payload
                || Convert.TryFromBase64String(payload, new byte[payload.Length], out _)
        );
        using var document = JsonDocument.Parse(uplink.DecodedPayload!);
        Assert.DoesNotContain('\0', uplink.DecodedPayload!);
        return true;
    }
}
