using System.Text;

namespace FreshTrack.Load.ClosedLoop;

/// <summary>One unit's readings between two moments, again and again.</summary>
public sealed class ReadingsRequests(
    LoadTarget target,
    UnitTarget unit,
    DateTimeOffset start,
    DateTimeOffset end,
    int limit
) : IRequestSource
{
    private readonly byte[] request = Encoding.ASCII.GetBytes(
        $"GET /api/orgs/{unit.Organization}/sites/{unit.Site}/areas/{unit.Area}/units/{unit.Unit}/readings"
            + $"?start={start:yyyy-MM-dd'T'HH:mm:ss'Z'}&end={end:yyyy-MM-dd'T'HH:mm:ss'Z'}&limit={limit} HTTP/1.1\r\n"
            + $"Host: {target.Api.Authority}\r\nAuthorization: Bearer {unit.BearerToken}\r\n\r\n"
    );

    public int Write(long number, Span<byte> buffer)
    {
        request.CopyTo(buffer);
        return request.Length;
    }
}
