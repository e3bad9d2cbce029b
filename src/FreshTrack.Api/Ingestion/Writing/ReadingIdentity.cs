using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FreshTrack.Api.Ingestion;

/// <summary>A reading's id follows from reporter, unit, the time that was said, frame counter and values, so that equal
/// readings are equal rows in any database.</summary>
/// <remarks>The layout is a version 7 UUID's (RFC 9562):
/// the time first keeps the primary key's index growing at its end.</remarks>
internal static class ReadingIdentity
{
    public static Guid Of(NewReading reading)
    {
        Span<byte> identity = stackalloc byte[(3 * 16) + (2 * 8) + (5 * 9)];
        (reading.Reporter ?? Guid.Empty).TryWriteBytes(identity);
        reading.Unit.TryWriteBytes(identity[16..]);
        (reading.Supersedes ?? Guid.Empty).TryWriteBytes(identity[32..]);
        BinaryPrimitives.WriteInt64BigEndian(identity[48..], reading.SaidAt.Ticks);
        BinaryPrimitives.WriteInt64BigEndian(identity[56..], reading.FrameCounter ?? -1);
        var measured = reading.Measured.AsStored();
        WriteValue(identity[64..], measured.Temperature * 100);
        WriteValue(identity[73..], measured.Humidity * 100);
        WriteValue(identity[82..], measured.Battery);
        WriteValue(identity[91..], measured.BatteryVoltage * 1_000);
        WriteValue(identity[100..], measured.DoorOpen is { } open ? Convert.ToDecimal(open) : null);
        return Id(identity, reading.SaidAt);
    }

    private static void WriteValue(Span<byte> bytes, decimal? value)
    {
        bytes[0] = value is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], (long)(value ?? 0));
    }

    private static Guid Id(ReadOnlySpan<byte> identity, DateTime saidAt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(identity, hash);
        Span<byte> id = stackalloc byte[16];
        hash[..16].CopyTo(id);
        var milliseconds = (saidAt - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond;
        BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(id[2..], (uint)milliseconds);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
