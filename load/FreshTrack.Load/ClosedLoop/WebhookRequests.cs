using System.Text;
using FreshTrack.Load.Scenarios;

namespace FreshTrack.Load.ClosedLoop;

/// <summary>Every device's uplinks in turn, each new:
/// its template is written once, frame counter and time are put in.</summary>
public sealed class WebhookRequests : IRequestSource
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    // Ten digits, as all the counters that follow.
    private const long FirstFrame = 1_000_000_000;

    private readonly LoadTarget target;
    private readonly Template[] templates;

    public WebhookRequests(LoadTarget target, int seed)
    {
        this.target = target;
        templates = [.. target.Devices.Select((device, number) => Template.Of(target, device, Draw.Of(seed, number)))];
    }

    public int Write(long number, Span<byte> buffer)
    {
        var template = templates[(int)(number % templates.Length)];
        template.Bytes.CopyTo(buffer);
        (FirstFrame + number).TryFormat(buffer[template.Frame..], out _, provider: null);
        target.Clock.GetUtcNow().UtcDateTime.TryFormat(buffer[template.Time..], out _, TimeFormat, null);
        return template.Bytes.Length;
    }

    private sealed record Template(byte[] Bytes, int Frame, int Time)
    {
        public static Template Of(LoadTarget target, DeviceTarget device, Draw draw)
        {
            var body = Uplink.Write(device, FirstFrame, target.Clock.GetUtcNow(), draw);
            var head = Encoding.ASCII.GetBytes(
                $"POST {target.Api.AbsolutePath.TrimEnd('/')}/api/webhooks/ttn HTTP/1.1\r\nHost: "
                    + $"{target.Api.Authority}\r\nContent-Type: application/json\r\nX-Webhook-Secret: "
                    + $"{device.WebhookSecret}\r\nContent-Length: {body.Length}\r\n\r\n"
            );
            byte[] bytes = [.. head, .. body.Span];
            var frame = bytes.AsSpan().IndexOf("\"f_cnt\":"u8) + "\"f_cnt\":"u8.Length;
            // The last one is the network server's, which a reading takes.
            var time = bytes.AsSpan().LastIndexOf("\"received_at\":\""u8) + "\"received_at\":\""u8.Length;
            return new Template(bytes, frame, time);
        }
    }
}
