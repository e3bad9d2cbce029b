namespace FreshTrack.UnitTests.Cutover;

/// <summary>A file on a disk that is full after so many lines: it takes half of the next one, and says no.</summary>
internal sealed class FullDisk(string path, FileMode mode, int lines)
    : FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0)
{
    private int left = lines;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (left-- > 0)
        {
            await base.WriteAsync(buffer, cancellationToken);
            return;
        }

        await base.WriteAsync(buffer[..(buffer.Length / 2)], cancellationToken);
        throw new IOException($"No space left on device : '{Name}'");
    }
}
