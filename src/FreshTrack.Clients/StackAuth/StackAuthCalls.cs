using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Polly;

namespace FreshTrack.Clients.StackAuth;

/// <summary>Sends calls and says in words what went wrong with one.</summary>
/// <param name="access">What the key gives access to.</param>
/// <param name="key">The server's, or the publishable one.</param>
internal sealed partial class StackAuthCalls(HttpClient http, string project, StackAuthAccess access, string key)
{
    private const int LongestAnswerShown = 300;

    private const int LongestAnswerRead = 3000;

    // The server quotes the address that it refuses.
    [GeneratedRegex("""[^\s"\\<>(),;:]+(@|\\u0040)[^\s"'\\<>(),;:]+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mail { get; }

    /// <param name="pipeline">When it is tried again, each time in its turn; null tries it once, at once.</param>
    /// <exception cref="StackAuthException">The server is down, refuses or answers something else than
    /// <typeparamref name="T"/>.</exception>
    public async Task<T> SendAsync<T>(
        ResiliencePipeline<HttpResponseMessage>? pipeline,
        Func<HttpRequestMessage> request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var response = pipeline is null
                ? await OnceAsync(cancellationToken)
                : await pipeline.ExecuteAsync(stop => Repetition.InTurnAsync(OnceAsync, stop), cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                var text = response.Headers.Location is { } elsewhere
                    ? $"moved to {elsewhere}"
                    : Shown(await response.Content.ReadAsStringAsync(cancellationToken));
                throw new StackAuthException(
                    $"Stack Auth at {http.BaseAddress} answered {(int)response.StatusCode}: {text}"
                );
            }

            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw Nonsense("null");
        }
        catch (HttpRequestException error)
        {
            throw new StackAuthException(
                $"Stack Auth at {http.BaseAddress} cannot be reached: {error.Message} See that it runs and resume.",
                error
            );
        }
        catch (TaskCanceledException error) when (error.InnerException is TimeoutException)
        {
            // HttpClient's own timeout; only the caller's token is a cancellation.
            throw new StackAuthException(
                $"Stack Auth at {http.BaseAddress} did not answer within {http.Timeout.TotalSeconds} s. "
                    + "See that it runs and resume.",
                error
            );
        }
        catch (JsonException error)
        {
            throw Nonsense(error.Message, error);
        }

        async Task<HttpResponseMessage> OnceAsync(CancellationToken token)
        {
            using var message = request();
            return await http.SendAsync(message, token);
        }
    }

    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        var (type, header) = access switch
        {
            StackAuthAccess.Server => ("server", "X-Stack-Secret-Server-Key"),
            StackAuthAccess.Client => ("client", "X-Stack-Publishable-Client-Key"),
            var other => throw new InvalidOperationException($"Unknown access {other}."),
        };
        request.Headers.Add("X-Stack-Access-Type", type);
        request.Headers.Add("X-Stack-Project-Id", project);
        request.Headers.Add(header, key);
        return request;
    }

    /// <summary>Without key and addresses. Both go before it is cut, or a part of them could be left.</summary>
    private string Shown(string answer) =>
        Cut(Mail.Replace(Cut(answer.Replace(key, "***"), LongestAnswerRead), "***"), LongestAnswerShown);

    private static string Cut(string text, int longest) => text.Length > longest ? text[..longest] : text;

    public StackAuthException Nonsense(string what, Exception? inner = null) =>
        new(
            $"Stack Auth at {http.BaseAddress} answered what is no user: {what}. Is this address a Stack Auth server?",
            inner
        );
}

internal enum StackAuthAccess
{
    /// <summary>Everything.</summary>
    Server,

    /// <summary>What a person may do for themselves.</summary>
    Client,
}
