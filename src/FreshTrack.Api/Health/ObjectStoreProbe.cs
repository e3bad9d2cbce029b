namespace FreshTrack.Api.Health;

/// <summary>Asks the object store for its bucket, without credentials: a refusal is an answer too, no answer or an
/// error of the server is none.</summary>
/// <param name="bucket"><c>http://host:port/bucket</c>; null when the API runs without an object store.</param>
internal sealed class ObjectStoreProbe(Uri? bucket) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public bool IsConfigured => bucket is not null;

    /// <exception cref="HttpRequestException">It does not answer, fails, or has no such bucket.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, bucket);
        using var response = await http.SendAsync(request, cancellationToken);
        if (
            response.StatusCode
            is >= System.Net.HttpStatusCode.InternalServerError
                or System.Net.HttpStatusCode.NotFound
        )
        {
            throw new HttpRequestException($"The object store answered {(int)response.StatusCode}.");
        }
    }

    public void Dispose() => http.Dispose();
}
