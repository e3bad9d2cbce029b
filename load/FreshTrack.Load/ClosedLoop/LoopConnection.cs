using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FreshTrack.Load.ClosedLoop;

/// <summary>One kept-alive connection: sends a request, finds the end of its answer.</summary>
internal sealed class LoopConnection : IDisposable
{
    private readonly byte[] request = new byte[16 * 1024];
    private readonly byte[] answer = new byte[128 * 1024];
    private int filled;
    private long missing;
    private bool chunked;

    private LoopConnection(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    /// <summary>Timestamp of the last request.</summary>
    public long SentAt { get; private set; }

    public static LoopConnection Open(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(address);
        return new LoopConnection(socket);
    }

    public void Send(IRequestSource source, long number)
    {
        var length = source.Write(number, request);
        (filled, missing, chunked) = (0, -1, false);
        SentAt = Stopwatch.GetTimestamp();
        Socket.Send(request.AsSpan(0, length));
    }

    /// <summary>Takes what has arrived; true when the answer is whole.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 200, or ended early.</exception>
    public bool ReceivedAnswer()
    {
        // Of a long answer only the last bytes matter once its head is read.
        if (filled == answer.Length)
        {
            answer.AsSpan(filled - 8).CopyTo(answer);
            filled = 8;
        }

        var received = Socket.Receive(answer.AsSpan(filled));
        if (received == 0)
        {
            throw new InvalidOperationException("The server closed a connection in the middle of the measurement.");
        }

        filled += received;
        if (missing >= 0 && !chunked)
        {
            missing -= received;
            filled = 0;
            return missing <= 0;
        }

        return (chunked || ReadHead()) && (chunked ? answer.AsSpan(0, filled).EndsWith("0\r\n\r\n"u8) : missing <= 0);
    }

    public void Dispose() => Socket.Dispose();

    private bool ReadHead()
    {
        var head = answer.AsSpan(0, filled);
        var end = head.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidOperationException(
                $"Expected 200, got: {Encoding.UTF8.GetString(head[..Math.Min(head.Length, 600)])}"
            );
        }

        var length = head[..end].IndexOf("Content-Length: "u8);
        chunked = length < 0;
        if (!chunked)
        {
            missing = Utf8Parser.TryParse(head[(length + "Content-Length: "u8.Length)..], out long bytes, out _)
                ? bytes - (filled - end - 4)
                : throw new InvalidOperationException("The server's Content-Length is no number.");
        }

        return true;
    }
}
