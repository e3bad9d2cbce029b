namespace FreshTrack.Load.ClosedLoop;

/// <summary>Makes the requests of a closed loop.</summary>
public interface IRequestSource
{
    /// <summary>Writes a whole HTTP/1.1 request, head and body.</summary>
    /// <param name="number">Counts from 0; no two calls have the same one.</param>
    /// <param name="buffer">16 KB.</param>
    /// <returns>How many bytes it wrote.</returns>
    int Write(long number, Span<byte> buffer);
}
