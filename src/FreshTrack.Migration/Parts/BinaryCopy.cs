namespace FreshTrack.Migration.Parts;

/// <summary>The frame of a binary COPY stream, as PostgreSQL documents it for COPY: header, tuples, trailer.</summary>
internal static class BinaryCopy
{
    /// <summary>Signature, flags and the length of an extension that nothing uses yet.</summary>
    public const int HeaderLength = 11 + 4 + 4;

    public static ReadOnlySpan<byte> Signature => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00];

    public static ReadOnlySpan<byte> Header =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A tuple of -1 fields.</summary>
    public static ReadOnlySpan<byte> Trailer => [0xFF, 0xFF];
}
