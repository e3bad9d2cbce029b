using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Migration.Accounts;

/// <summary>Takes the flag that says that an address is for sign-in out of what a move sends.</summary>
internal sealed class WithoutSignInFlag : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Content is not null)
        {
            var body = await request.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
            body!.Remove("primary_email_auth_enabled");
            request.Content = JsonContent.Create(body);
        }

        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Has the first users created, and loses the answers.</summary>
internal sealed class LostAnswers(int count) : DelegatingHandler
{
    private int left = count;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Post && Interlocked.Decrement(ref left) >= 0)
        {
            response.Dispose();
            throw new HttpRequestException("The connection was cut.");
        }

        return response;
    }
}
