using System.Buffers;

namespace FreshTrack.Api.Ingestion;

/// <summary>The whole body of a request in memory that the next one uses again.</summary>
internal readonly struct RequestBody : IDisposable
{
    private const int FirstSize = 4 * 1024;

    private readonly byte[] buffer;
    private readonly int length;

    private RequestBody(byte[] buffer, int length)
    {
        this.buffer = buffer;
        this.length = length;
    }

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <exception cref="BadHttpRequestException">It is larger than the server's limit, or ended early.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(
            (int)Math.Clamp((request.ContentLength ?? FirstSize) + 1, 1, FreshTrackApi.MaximumBody + 1)
        );
        var filled = 0;
        try
        {
            while (await request.Body.ReadAsync(bytes.AsMemory(filled), cancellationToken) is > 0 and var read)
            {
                filled += read;
                if (filled == bytes.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(filled * 2);
                    bytes.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(bytes);
                    bytes = larger;
                }
            }

            return new RequestBody(bytes, filled);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
