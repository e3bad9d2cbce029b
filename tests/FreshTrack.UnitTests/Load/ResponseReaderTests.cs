using System.Text;
using FreshTrack.Load.Http;

namespace FreshTrack.UnitTests.Load;

/// <summary>Answers come in pieces that end anywhere: what is read must not depend on where.</summary>
public sealed class ResponseReaderTests
{
    public static TheoryData<string, int, long, char, bool> Answers =>
        new()
        {
            { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, 2, '{', true },
            { "HTTP/1.1 200\r\ncontent-length:2 \r\n\r\n[]", 200, 2, '[', true },
            { "HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", 200, 2, '{', true },
            {
                "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                503,
                0,
                '\0',
                false
            },
            { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, 2, '{', false },
            { "HTTP/1.1 204 No Content\r\n\r\n", 204, 0, '\0', true },
            { "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\n\r\n", 304, 0, '\0', true },
            { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n[", 200, 1, '[', true },
            {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2;name=value\r\n1}\r\n0\r\n\r\n",
                200,
                7,
                '{',
                true
            },
            {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: 45\r\n\r\n",
                200,
                10,
                '0',
                true
            },
            { "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 200, 0, '\0', true },
            { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 200, 2, '{', true },
        };

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_is_whole_with_its_last_byte_wherever_it_is_cut(
        string answer,
        int status,
        long bytes,
        char first,
        bool keepAlive
    )
    {
        var received = Encoding.ASCII.GetBytes(answer);
        var reader = new ResponseReader();
        for (var cut = 1; cut < received.Length; cut++)
        {
            reader.Restart();

            Assert.False(reader.Read(received.AsSpan(0, cut)));
            Assert.True(reader.Read(received.AsSpan(cut)));
            Assert.Equal(
                (status, bytes, (byte)first, keepAlive),
                (reader.Status, reader.Bytes, reader.First, reader.KeepAlive)
            );
        }
    }

    [Fact]
    public void An_answer_may_come_byte_by_byte()
    {
        var reader = new ResponseReader();
        reader.Restart();
        var received = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n"
        );

        var whole = received.Select((_, i) => reader.Read(received.AsSpan(i, 1))).ToList();

        Assert.Equal(received.Length - 1, whole.IndexOf(item: true));
        Assert.Equal(7, reader.Bytes);
    }

    [Fact]
    public void An_answer_without_a_length_ends_with_its_connection()
    {
        var reader = new ResponseReader();
        reader.Restart();

        Assert.False(reader.Read("HTTP/1.1 200 OK\r\n\r\n{}"u8));
        Assert.True(reader.EndsByClosing);
        Assert.Equal((2, false), (reader.Bytes, reader.KeepAlive));
    }

    [Fact]
    public void A_connection_with_more_than_its_answer_is_not_used_again()
    {
        var reader = new ResponseReader();
        reader.Restart();

        Assert.True(reader.Read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}"u8));
        Assert.Equal((2, false), (reader.Bytes, reader.KeepAlive));
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("HTTP/2 200\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n")]
    [InlineData("HTTP/1.1 200OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -7\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 7 bytes\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n")]
    public void What_is_no_answer_is_refused_wherever_it_is_cut(string garbage)
    {
        var received = Encoding.ASCII.GetBytes(garbage);
        for (var cut = 1; cut < received.Length; cut++)
        {
            var reader = new ResponseReader();
            reader.Restart();

            Assert.Throws<FormatException>(() =>
            {
                reader.Read(received.AsSpan(0, cut));
                reader.Read(received.AsSpan(cut));
            });
        }
    }

    [Fact]
    public void A_head_without_end_is_refused()
    {
        var reader = new ResponseReader();
        reader.Restart();
        reader.Read("HTTP/1.1 200 OK\r\n"u8);

        Assert.Throws<FormatException>(() => reader.Read(Encoding.ASCII.GetBytes(new string('a', 20_000))));
        reader.Restart();
        reader.Read("HTTP/1.1 200 OK\r\n"u8);
        Assert.Throws<FormatException>(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                reader.Read("a: b\r\n"u8);
            }
        });
    }
}
