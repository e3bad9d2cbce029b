using System.Net;
using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>The Things Network delivers uplinks: every device in turn, one in a hundred delivered twice, as by a
/// backfill, one in a hundred wrong.</summary>
/// <remarks>A wrong one is right when it is refused: 400 for a body cut short, 401 for a secret nobody has.</remarks>
public sealed class TtnIngestionScenario(LoadTarget target, LoadTransport transport, int seed) : IScenario
{
    /// <summary>How many arrivals back the repeated delivery lies. The Things Stack tries a webhook once unless retries
    /// are paid for; a backfill sends again what was delivered already.</summary>
    private const int RepeatDistance = 20;

    private readonly Webhook webhook = new(target, transport);
    private readonly long firstFrame = target.Clock.GetUtcNow().ToUnixTimeSeconds() & 0xFFFFFF;
    private readonly long[] receivedAt = new long[1024];
    private long latest;

    public string Name => ScenarioNames.TtnIngestion;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var received = NextMoment();
        Volatile.Write(ref receivedAt[arrival % receivedAt.Length], received.UtcTicks);
        var kind = (arrival % 200) switch
        {
            50 => Delivery.CutShort,
            150 => Delivery.WrongSecret,
            99 or 199 => Delivery.Repeated,
            _ => Delivery.New,
        };
        var (number, moment) =
            kind == Delivery.Repeated
                ? (
                    arrival - RepeatDistance,
                    new DateTimeOffset(
                        Volatile.Read(ref receivedAt[(arrival - RepeatDistance) % receivedAt.Length]),
                        TimeSpan.Zero
                    )
                )
                : (arrival, received);
        var device = target.Devices[(int)(number % target.Devices.Count)];
        var body = Uplink.Write(device, firstFrame + (number / target.Devices.Count), moment, Draw.Of(seed, number));

        HttpStatusCode? expected = kind switch
        {
            Delivery.CutShort => HttpStatusCode.BadRequest,
            Delivery.WrongSecret => HttpStatusCode.Unauthorized,
            _ => null,
        };
        return webhook.DeliverAsync(
            kind == Delivery.CutShort ? body[..(body.Length / 2)] : body,
            kind == Delivery.WrongSecret ? "a-secret-that-nobody-has" : device.WebhookSecret,
            expected,
            cancellationToken
        );
    }

    /// <summary>The clock's time in whole µs, as the database keeps it, and later than any moment before.</summary>
    private DateTimeOffset NextMoment()
    {
        var now = target.Clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond;
        long before,
            moment;
        do
        {
            before = Volatile.Read(ref latest);
            moment = Math.Max(now, before + 1);
        } while (Interlocked.CompareExchange(ref latest, moment, before) != before);

        return new DateTimeOffset(moment * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    private enum Delivery
    {
        New,
        Repeated,
        CutShort,
        WrongSecret,
    }
}
