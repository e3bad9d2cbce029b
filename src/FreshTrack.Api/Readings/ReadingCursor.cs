using System.Buffers.Binary;
using System.Buffers.Text;

namespace FreshTrack.Api.Readings;

/// <summary>A place between two readings of a unit: the next page begins after this one.
/// Inserts and deletes in between move nothing.</summary>
internal readonly record struct ReadingCursor(DateTime RecordedAt, Guid Id)
{
    private const byte Version = 1;
    private const int IdAt = 1 + sizeof(long);
    private const int Length = IdAt + 16;

    /// <summary>Opaque to clients, safe in an address; base64url of version ‖ time in 100 ns ‖ id.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], RecordedAt.Ticks);
        Id.TryWriteBytes(bytes[IdAt..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>False when the text is no cursor that this API gave out.</returns>
    public static bool TryParse(string text, out ReadingCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (
            text.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written)
            || written != Length
            || bytes[0] != Version
        )
        {
            return false;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (ticks < ReadingTimes.Earliest.Ticks || ticks > ReadingTimes.Latest.Ticks)
        {
            return false;
        }

        cursor = new ReadingCursor(new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes[IdAt..], bigEndian: true));
        return true;
    }
}
