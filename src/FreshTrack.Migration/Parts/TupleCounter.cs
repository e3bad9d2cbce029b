using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FreshTrack.Migration.Parts;

/// <summary>Counts the rows of a binary COPY stream by walking its
/// tuple headers, however the stream is cut into buffers.</summary>
/// <remarks>It sees every field of every row: its loop is compiled in full at once, because the runtime's quick first
/// version cost more than compressing the rows.</remarks>
public sealed class TupleCounter
{
    private const int TupleWord = 2;
    private const int FieldWord = 4;
    private const short Trailer = -1;

    private readonly byte[] partial = new byte[BinaryCopy.HeaderLength];
    private int have;
    private int need = BinaryCopy.HeaderLength;
    private long skip;
    private int fields;
    private State state = State.Header;

    private enum State
    {
        Header,
        Tuple,
        Field,
        Done,
    }

    public long Rows { get; private set; }

    /// <summary>Where, in the bytes appended last, the last whole row ended; -1 when none did.</summary>
    public int RowEnd { get; private set; }

    /// <summary>The rows up to <see cref="RowEnd"/>.</summary>
    public long RowsEnded { get; private set; }

    /// <summary>Whether the trailer was seen: a stream that was cut short has none.</summary>
    public bool IsComplete => state == State.Done;

    /// <exception cref="MigrationException">The bytes are no binary COPY stream.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        RowEnd = -1;
        var at = 0;
        while (at < bytes.Length)
        {
            if (skip > 0)
            {
                var skipped = (int)Math.Min(skip, bytes.Length - at);
                skip -= skipped;
                at += skipped;
                EndRow(at);
            }
            else if (have == 0 && bytes.Length - at >= need)
            {
                var word = bytes.Slice(at, need);
                at += need;
                Step(word);
                EndRow(at);
            }
            else
            {
                var taken = Math.Min(need - have, bytes.Length - at);
                bytes.Slice(at, taken).CopyTo(partial.AsSpan(have));
                have += taken;
                at += taken;
                if (have == need)
                {
                    have = 0;
                    Step(partial.AsSpan(0, need));
                    EndRow(at);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndRow(int at)
    {
        if (state == State.Tuple && skip == 0 && Rows > 0)
        {
            RowEnd = at;
            RowsEnded = Rows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(ReadOnlySpan<byte> word)
    {
        switch (state)
        {
            case State.Field when BinaryPrimitives.ReadInt32BigEndian(word) is var length && length >= -1:
                skip = Math.Max(length, 0);
                fields--;
                Next(fields == 0 ? State.Tuple : State.Field);
                break;
            case State.Tuple when BinaryPrimitives.ReadInt16BigEndian(word) is var count && count >= Trailer:
                fields = count;
                Rows += count == Trailer ? 0 : 1;
                Next(
                    count == Trailer ? State.Done
                    : count == 0 ? State.Tuple
                    : State.Field
                );
                break;
            case State.Header when word.StartsWith(BinaryCopy.Signature):
                skip = BinaryPrimitives.ReadUInt32BigEndian(word[15..]);
                Next(State.Tuple);
                break;
            default:
                throw new MigrationException(
                    $"This is no binary COPY stream: row {Rows + 1} starts with unexpected bytes."
                );
        }
    }

    private void Next(State next)
    {
        state = next;
        need = next switch
        {
            State.Field => FieldWord,
            State.Done => 1,
            _ => TupleWord,
        };
    }
}
