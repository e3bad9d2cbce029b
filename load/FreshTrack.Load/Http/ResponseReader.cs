using System.Buffers.Text;
using System.Text;

namespace FreshTrack.Load.Http;

/// <summary>Finds status, length and end of an HTTP/1.1 answer in bytes
/// that come in pieces of any size; keeps the body's first bytes.</summary>
/// <remarks>RFC 9112: <c>Content-Length</c>, chunks, or the end of the connection end a body; 1xx answers come before
/// the one that counts.</remarks>
internal sealed class ResponseReader
{
    private const int LongestLine = 16 * 1024;
    private const int StartLength = 18;
    private const int MostLines = 1_000;

    private readonly byte[] line = new byte[LongestLine];
    private readonly byte[] start = new byte[StartLength];
    private int started;
    private State state;
    private int filled;
    private int lines;
    private long missing;
    private long? contentLength;
    private bool chunked;

    private enum State
    {
        StatusLine,
        Header,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
        UntilClose,
        Done,
    }

    public int Status { get; private set; }

    /// <summary>Bytes of the body so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The body's first byte; 0 before it.</summary>
    public byte First => started > 0 ? start[0] : (byte)0;

    /// <summary>The first bytes of the body, 18 at most.</summary>
    public ReadOnlySpan<byte> Start => start.AsSpan(0, started);

    /// <summary>Whether the connection may carry another request after this answer.</summary>
    public bool KeepAlive { get; private set; }

    /// <summary>Whether the answer is whole if the server closes the connection now.</summary>
    public bool EndsByClosing => state == State.UntilClose;

    public void Restart()
    {
        (state, filled, lines, missing, contentLength, chunked) = (State.StatusLine, 0, 0, 0, null, false);
        (Status, Bytes, KeepAlive, started) = (0, 0, true, 0);
    }

    /// <returns>Whether the answer is whole.</returns>
    /// <exception cref="FormatException">It is no answer.</exception>
    public bool Read(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty && state != State.Done)
        {
            received = state is State.Body or State.Chunk or State.UntilClose ? PassOver(received) : ReadLine(received);
        }

        // Nobody asked for what comes after the answer.
        KeepAlive &= received.IsEmpty;
        return state == State.Done;
    }

    private ReadOnlySpan<byte> PassOver(ReadOnlySpan<byte> received)
    {
        var taken = state == State.UntilClose ? received.Length : (int)Math.Min(missing, received.Length);
        var kept = Math.Min(taken, StartLength - started);
        received[..kept].CopyTo(start.AsSpan(started));
        started += kept;
        Bytes += taken;
        missing -= taken;
        if (missing == 0)
        {
            state = state switch
            {
                State.Body => State.Done,
                State.Chunk => State.ChunkEnd,
                _ => state,
            };
        }

        return received[taken..];
    }

    private ReadOnlySpan<byte> ReadLine(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf((byte)'\n');
        var piece = end < 0 ? received : received[..end];
        if (filled + piece.Length > LongestLine)
        {
            throw new FormatException($"A line of the answer's head is longer than {LongestLine} bytes.");
        }

        if (end >= 0 && filled == 0)
        {
            Take(piece);
        }
        else
        {
            piece.CopyTo(line.AsSpan(filled));
            filled += piece.Length;
            if (end >= 0)
            {
                Take(line.AsSpan(0, filled));
                filled = 0;
            }
        }

        return end < 0 ? [] : received[(end + 1)..];
    }

    private void Take(ReadOnlySpan<byte> text)
    {
        text = text.EndsWith("\r"u8) ? text[..^1] : text;
        lines = state is State.Header or State.Trailer ? lines + 1 : 0;
        if (lines > MostLines)
        {
            throw new FormatException($"The answer has more than {MostLines} headers.");
        }

        state = state switch
        {
            State.StatusLine => TakeStatus(text),
            State.Header => text.IsEmpty ? EndHead() : TakeHeader(text),
            State.ChunkSize => TakeChunkSize(text),
            State.ChunkEnd => text.IsEmpty ? State.ChunkSize : throw Wrong("a chunk's end", text),
            _ => text.IsEmpty ? State.Done : State.Trailer,
        };
    }

    private State TakeStatus(ReadOnlySpan<byte> text)
    {
        if (
            text.Length < 12
            || !text.StartsWith("HTTP/1."u8)
            || text[8] != ' '
            || (text.Length > 12 && text[12] != ' ')
            || !Utf8Parser.TryParse(text[9..12], out int status, out var digits)
            || digits != 3
            || status < 100
        )
        {
            throw Wrong("a status line of HTTP/1.1", text);
        }

        (Status, KeepAlive) = (status, text[7] == '1');
        return State.Header;
    }

    private State TakeHeader(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        if (colon <= 0)
        {
            throw Wrong("a header", text);
        }

        var name = text[..colon];
        var value = text[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            contentLength =
                Utf8Parser.TryParse(value, out long length, out var digits)
                && digits == value.Length
                && length >= 0
                && (contentLength is null || contentLength == length)
                    ? length
                    : throw Wrong("one Content-Length", text);
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            chunked = Ascii.EqualsIgnoreCase(value, "chunked"u8)
                ? true
                : throw Wrong("the transfer encoding «chunked»", text);
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8) && Ascii.EqualsIgnoreCase(value, "close"u8))
        {
            KeepAlive = false;
        }

        return State.Header;
    }

    private State EndHead()
    {
        missing = contentLength ?? 0;
        return this switch
        {
            { Status: < 200 } => State.StatusLine,
            { Status: 204 or 304 } => State.Done,
            { chunked: true } => State.ChunkSize,
            { contentLength: 0 } => State.Done,
            { contentLength: not null } => State.Body,
            _ => Close(),
        };
    }

    private State Close()
    {
        KeepAlive = false;
        return State.UntilClose;
    }

    private State TakeChunkSize(ReadOnlySpan<byte> text)
    {
        var extension = text.IndexOf((byte)';');
        var size = (extension < 0 ? text : text[..extension]).TrimEnd(" \t"u8);
        missing =
            Utf8Parser.TryParse(size, out long bytes, out var digits, 'x') && digits == size.Length && bytes >= 0
                ? bytes
                : throw Wrong("a chunk's size", text);
        return missing == 0 ? State.Trailer : State.Chunk;
    }

    private static FormatException Wrong(string expected, ReadOnlySpan<byte> text) =>
        new($"Expected {expected}, got '{Encoding.ASCII.GetString(text[..Math.Min(text.Length, 80)])}'.");
}
