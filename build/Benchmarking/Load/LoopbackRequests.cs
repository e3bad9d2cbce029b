using System.Text;
using FreshTrack.Load.ClosedLoop;

namespace FreshTrack.Build.Benchmarking.Load;

/// <summary>The same request for a client that waits for its answers.</summary>
internal sealed class LoopbackRequests(Uri address) : IRequestSource
{
    private readonly byte[] request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n");

    public int Write(long number, Span<byte> buffer)
    {
        request.CopyTo(buffer);
        return request.Length;
    }
}
