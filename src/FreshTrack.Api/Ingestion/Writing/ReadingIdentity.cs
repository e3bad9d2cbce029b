using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FreshTrack.Api.Ingestion;

/// <summary>A reading's id follows from device, time and frame counter, so that a retried webhook names the same row
/// without a look-up.</summary>
/// <remarks>The layout is a version 7 UUID's (RFC 9562):
/// the time first keeps the primary key's index growing at its end.</remarks>
internal static class ReadingIdentity
{
    public static Guid Of(Guid sensor, DateTime recordedAt, long? frameCounter)
    {
        Span<byte> identity = stackalloc byte[16 + 8 + 8];
        sensor.TryWriteBytes(identity);
        BinaryPrimitives.WriteInt64BigEndian(identity[16..], recordedAt.Ticks);
        BinaryPrimitives.WriteInt64BigEndian(identity[24..], frameCounter ?? -1);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(identity, hash);

        Span<byte> id = stackalloc byte[16];
        hash[..16].CopyTo(id);
        var milliseconds = (recordedAt - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(id[2..], (uint)milliseconds);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
