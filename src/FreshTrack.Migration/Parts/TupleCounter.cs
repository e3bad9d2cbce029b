using System.Buffers.Binary;

namespace FreshTrack.Migration.Parts;

/// <summary>Counts the rows of a binary COPY stream by walking its tuple headers, however the stream is cut into buffers.</summary>
public sealed class TupleCounter
{
    private const int HeaderLength = 11 + 4 + 4;

    private static ReadOnlySpan<byte> Signature => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00];

    private readonly byte[] partial = new byte[HeaderLength];
    private int have;
    private int need = HeaderLength;
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

    /// <summary>Whether the trailer was seen: a stream that was cut short has none.</summary>
    public bool IsComplete => state == State.Done && skip == 0;

    /// <exception cref="MigrationException">The bytes are no binary COPY stream.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (skip > 0)
            {
                var skipped = (int)Math.Min(skip, bytes.Length);
                skip -= skipped;
                bytes = bytes[skipped..];
            }
            else if (have == 0 && bytes.Length >= need)
            {
                var taken = need;
                Step(bytes[..taken]);
                bytes = bytes[taken..];
            }
            else
            {
                var taken = Math.Min(need - have, bytes.Length);
                bytes[..taken].CopyTo(partial.AsSpan(have));
                have += taken;
                bytes = bytes[taken..];
                if (have == need)
                {
                    have = 0;
                    Step(partial.AsSpan(0, need));
                }
            }
        }
    }

    private void Step(ReadOnlySpan<byte> word)
    {
        switch (state)
        {
            case State.Header when word.StartsWith(Signature):
                skip = BinaryPrimitives.ReadUInt32BigEndian(word[15..]);
                Next(State.Tuple);
                break;
            case State.Tuple when BinaryPrimitives.ReadInt16BigEndian(word) is var count && count >= -1:
                fields = count;
                Rows += count < 0 ? 0 : 1;
                Next(count < 0 ? State.Done : count == 0 ? State.Tuple : State.Field);
                break;
            case State.Field when BinaryPrimitives.ReadInt32BigEndian(word) is var length && length >= -1:
                skip = Math.Max(length, 0);
                fields--;
                Next(fields == 0 ? State.Tuple : State.Field);
                break;
            default:
                throw new MigrationException($"This is no binary COPY stream: row {Rows + 1} starts with unexpected bytes.");
        }
    }

    private void Next(State next)
    {
        state = next;
        need = next switch
        {
            State.Field => 4,
            State.Done => 1,
            _ => 2,
        };
    }
}
