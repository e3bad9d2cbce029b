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
    private Written? written;

    public int Write(long number, Span<byte> buffer)
    {
        var request = Current();
        request.CopyTo(buffer);
        return request.Length;
    }

    /// <summary>Written once for each access token.</summary>
    private byte[] Current()
    {
        var token = unit.BearerToken;
        var last = Volatile.Read(ref written);
        if (last?.Token != token)
        {
            last = new Written(token, Encoding.ASCII.GetBytes(Text(token)));
            Volatile.Write(ref written, last);
        }

        return last.Request;
    }

    private string Text(string token) =>
        $"GET /api/orgs/{unit.Organization}/sites/{unit.Site}/areas/{unit.Area}/units/{unit.Unit}/readings"
        + $"?start={start:yyyy-MM-dd'T'HH:mm:ss'Z'}&end={end:yyyy-MM-dd'T'HH:mm:ss'Z'}&limit={limit} HTTP/1.1\r\n"
        + $"Host: {target.Api.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n";

    private sealed record Written(string Token, byte[] Request);
}
