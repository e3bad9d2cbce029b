namespace FreshTrack.Load.Scenarios;

/// <summary>What a signed-in user asks of the API.</summary>
internal sealed class UserCalls(LoadTarget target, LoadTransport transport)
{
    private readonly string root = target.Api.AbsoluteUri.TrimEnd('/');

    /// <param name="path">From the API's root: <c>/api/orgs/…</c>.</param>
    public ValueTask<RequestOutcome> GetAsync(string path, string bearerToken, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, bearerToken, cancellationToken);

    /// <inheritdoc cref="GetAsync"/>
    public ValueTask<RequestOutcome> PostAsync(string path, string bearerToken, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, bearerToken, cancellationToken);

    private async ValueTask<RequestOutcome> SendAsync(
        HttpMethod method,
        string path,
        string bearerToken,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(method, root + path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearerToken}");
        return await transport.SendAsync(request, expected: null, json: true, cancellationToken);
    }
}
