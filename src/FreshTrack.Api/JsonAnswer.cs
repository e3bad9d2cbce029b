using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.ObjectPool;

namespace FreshTrack.Api;

/// <summary>An answer that is written value by value, without objects between the database and the wire.</summary>
/// <remarks>It is sent once it is whole: a query that fails half way still becomes an error answer.</remarks>
internal sealed class JsonAnswer : IResult
{
    private const int FirstSize = 128 * 1024;

    private static readonly ObjectPool<JsonAnswer> Pool = new DefaultObjectPool<JsonAnswer>(new PoolPolicy());

    private readonly ArrayBufferWriter<byte> bytes = new(FirstSize);

    private JsonAnswer() => Json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });

    public Utf8JsonWriter Json { get; }

    /// <summary>An empty answer with memory that an earlier one used;
    /// <see cref="ExecuteAsync"/> gives it back.</summary>
    public static JsonAnswer Rent() => Pool.Get();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await Json.FlushAsync(httpContext.RequestAborted);
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.WrittenCount;
        await response.Body.WriteAsync(bytes.WrittenMemory, httpContext.RequestAborted);
        Pool.Return(this);
    }

    private sealed class PoolPolicy : PooledObjectPolicy<JsonAnswer>
    {
        public override JsonAnswer Create() => new();

        public override bool Return(JsonAnswer obj)
        {
            obj.bytes.ResetWrittenCount();
            obj.Json.Reset();
            return true;
        }
    }
}
