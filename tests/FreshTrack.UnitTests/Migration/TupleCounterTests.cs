using System.Buffers.Binary;
using CsCheck;
using FreshTrack.Migration;
using FreshTrack.Migration.Parts;

namespace FreshTrack.UnitTests.Migration;

public sealed class TupleCounterTests
{
    [Fact]
    public void Rows_are_counted_however_the_stream_is_cut() =>
        Gen.Select(
                Gen.Int[0, 5].Select(Gen.Int[-1, 40].Array[0, 30], (fields, lengths) => Stream(fields, lengths)),
                Gen.Int[1, 50]
            )
            .Sample(
                (stream, size) =>
                {
                    var counter = new TupleCounter();
                    foreach (var piece in stream.Bytes.Chunk(size))
                    {
                        counter.Append(piece);
                    }

                    return counter.Rows == stream.Rows && counter.IsComplete;
                }
            );

    [Fact]
    public void A_stream_without_its_trailer_is_incomplete()
    {
        var counter = new TupleCounter();

        counter.Append(Stream(1, [3, 3]).Bytes.AsSpan()[..^2]);

        Assert.Equal((2L, false), (counter.Rows, counter.IsComplete));
    }

    [Fact]
    public void Other_bytes_are_refused() =>
        Assert.Throws<MigrationException>(() => new TupleCounter().Append(new byte[64]));

    [Fact]
    public void Bytes_after_the_trailer_are_refused() =>
        Assert.Throws<MigrationException>(() => new TupleCounter().Append([.. Stream(1, [1]).Bytes, 0]));

    /// <summary>One row for each run of <paramref name="fields"/> lengths.</summary>
    private static (byte[] Bytes, long Rows) Stream(int fields, int[] lengths)
    {
        var bytes = new List<byte>([
            0x50,
            0x47,
            0x43,
            0x4F,
            0x50,
            0x59,
            0x0A,
            0xFF,
            0x0D,
            0x0A,
            0x00,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            2,
            9,
            9,
        ]);
        var rows =
            fields == 0
                ? lengths.Select(_ => Array.Empty<int>())
                : lengths.Chunk(fields).Where(row => row.Length == fields);
        var count = 0;
        foreach (var row in rows)
        {
            count++;
            bytes.AddRange(Big16((short)fields));
            foreach (var length in row)
            {
                bytes.AddRange(Big32(length));
                bytes.AddRange(Enumerable.Repeat((byte)0xFF, Math.Max(length, 0)));
            }
        }

        bytes.AddRange(Big16(-1));
        return ([.. bytes], count);
    }

    private static byte[] Big16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Big32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
