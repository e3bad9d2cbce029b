using System.Net.Http.Headers;
using System.Text;

namespace FreshTrack.Load.Http;

/// <summary>Writes requests as HTTP/1.1 into memory that is there for the next one again.</summary>
internal sealed class RequestWriter : IDisposable
{
    private readonly MemoryStream request = new(4096);
    private readonly MemoryStream body = new(4096);

    /// <summary>The last request, until the next is written.</summary>
    public ReadOnlyMemory<byte> Written => request.GetBuffer().AsMemory(0, (int)request.Length);

    /// <exception cref="ArgumentException">A header holds a line break.</exception>
    public void Write(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        request.SetLength(0);
        body.SetLength(0);
        var address = message.RequestUri!;
        Write(message.Method.Method, " ");
        Write(address.PathAndQuery, " HTTP/1.1\r\nHost: ");
        Write(address.Authority, "\r\n");
        Write(message.Headers);
        if (message.Content is { } content)
        {
            content.CopyTo(body, context: null, cancellationToken);
            content.Headers.ContentLength = body.Length;
            Write(content.Headers);
        }
        else if (message.Method != HttpMethod.Get)
        {
            Write("Content-Length: 0", "\r\n");
        }

        Write("", "\r\n");
        body.WriteTo(request);
    }

    public void Dispose()
    {
        request.Dispose();
        body.Dispose();
    }

    private void Write(HttpHeaders headers)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                Write(name, ": ");
                Write(value, "\r\n");
            }
        }
    }

    private void Write(string text, string then)
    {
        if (text.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException(
                $"A header of {text.Length} characters holds a line break; expected one line.",
                nameof(text)
            );
        }

        var start = (int)request.Length;
        request.SetLength(start + text.Length + then.Length);
        var free = request.GetBuffer().AsSpan(start);
        Encoding.ASCII.GetBytes(then, free[Encoding.ASCII.GetBytes(text, free)..]);
        request.Position = request.Length;
    }
}
