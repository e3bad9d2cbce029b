using System.Net;

namespace FreshTrack.Cutover.Visitors;

/// <summary>What the proxy shows of the new system, and what it hides, asked for from outside.</summary>
public sealed class VisitorCheck(VisitorHttp http)
{
    /// <summary>What every answer must hold, and how it begins.</summary>
    private static readonly IReadOnlyDictionary<string, string> Security = new Dictionary<string, string>
    {
        ["Strict-Transport-Security"] = "max-age=",
        ["X-Content-Type-Options"] = "nosniff",
        ["X-Frame-Options"] = "SAMEORIGIN",
        ["Referrer-Policy"] = "strict-origin",
    };

    private readonly PublicNames names = http.Names;

    /// <summary>Pages, redirections, headers, and what only operators may see.</summary>
    public async Task<IReadOnlyList<VisitorPoint>> RunAsync(CancellationToken cancellationToken)
    {
        var points = new List<VisitorPoint>();
        foreach (var name in new[] { names.App, names.Api, names.Status })
        {
            points.Add(await RedirectAsync(name, cancellationToken));
        }

        points.Add(await PageAsync(names.App, cancellationToken));
        points.Add(await PageAsync(names.Status, cancellationToken));
        points.Add(await AskAsync(names.Api, "health", "200 and only whether it works", IsSparse, cancellationToken));
        points.Add(
            await AskAsync(
                names.Api,
                "api/webhooks/ttn",
                "405 or 401: the webhook is there",
                answer => answer.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.Unauthorized,
                cancellationToken
            )
        );
        foreach (var hidden in new[] { "metrics", "openapi.json", "health/ready" })
        {
            points.Add(await AskAsync(names.Api, hidden, "404", Is(HttpStatusCode.NotFound), cancellationToken));
        }

        points.Add(
            await AskAsync(
                names.Monitoring,
                "",
                "401 without a password",
                Is(HttpStatusCode.Unauthorized),
                cancellationToken
            )
        );
        points.Add(await AskAsync(names.Status, "dashboard", "404", Is(HttpStatusCode.NotFound), cancellationToken));
        return points;
    }

    /// <summary>The page in place of a closed application.</summary>
    public Task<VisitorPoint> ClosedAsync(CancellationToken cancellationToken) =>
        AskAsync(
            names.App,
            "",
            "the maintenance page with 503 and Retry-After",
            answer =>
                answer is { Status: HttpStatusCode.ServiceUnavailable, MediaType: "text/html" }
                && answer.Headers.ContainsKey("Retry-After"),
            cancellationToken
        );

    /// <summary>The application, or the welcome page, with the headers of every page.</summary>
    public Task<VisitorPoint> PageAsync(Uri name, CancellationToken cancellationToken) =>
        AskAsync(
            name,
            "",
            "a page with the headers of security",
            answer => answer is { Status: HttpStatusCode.OK, MediaType: "text/html" } && answer.Lacking.Count == 0,
            cancellationToken
        );

    private Task<VisitorPoint> RedirectAsync(Uri name, CancellationToken cancellationToken)
    {
        var plain = new UriBuilder(name) { Scheme = "http", Port = 80 }.Uri;
        return AskAsync(
            plain,
            "",
            $"a permanent redirection to {name}",
            answer =>
                answer.Status is HttpStatusCode.PermanentRedirect or HttpStatusCode.MovedPermanently
                && answer.Headers.GetValueOrDefault("Location") == name.AbsoluteUri,
            cancellationToken
        );
    }

    private async Task<VisitorPoint> AskAsync(
        Uri name,
        string path,
        string expected,
        Func<Answer, bool> isRight,
        CancellationToken cancellationToken
    )
    {
        var url = new Uri(name, path);
        using var client = http.Client(name);
        try
        {
            using var response = await client.GetAsync(url, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            var answer = Answer.Of(response, body);
            return new VisitorPoint($"GET {url}", expected, isRight(answer) ? "" : $"{answer}");
        }
        catch (HttpRequestException e)
        {
            return new VisitorPoint($"GET {url}", expected, $"no answer: {e.InnerException?.Message ?? e.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new VisitorPoint($"GET {url}", expected, $"no answer within {client.Timeout.TotalSeconds:0} s");
        }
    }

    private static Func<Answer, bool> Is(HttpStatusCode expected) => answer => answer.Status == expected;

    // The details are inside alone.
    private static bool IsSparse(Answer answer) =>
        answer.Status == HttpStatusCode.OK && answer.Body.Trim() == """{"status":"ok"}""";

    private sealed record Answer(
        HttpStatusCode Status,
        string? MediaType,
        IReadOnlyDictionary<string, string> Headers,
        string Body
    )
    {
        private const int Shown = 120;

        /// <summary>Headers of security that are not there, and one that says too much.</summary>
        public IReadOnlyList<string> Lacking =>
            [
                .. Security.Keys.Where(name => Headers.GetValueOrDefault(name)?.StartsWith(Security[name]) != true),
                .. Headers.ContainsKey("Server") ? ["(Server is shown)"] : Array.Empty<string>(),
            ];

        public static Answer Of(HttpResponseMessage response, string body) =>
            new(
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                response
                    .Headers.Concat(response.Content.Headers)
                    .ToDictionary(
                        header => header.Key,
                        header => string.Join(", ", header.Value),
                        StringComparer.OrdinalIgnoreCase
                    ),
                body
            );

        public override string ToString() =>
            $"{(int)Status} {MediaType}"
            + (Headers.GetValueOrDefault("Location") is { } location ? $" to {location}" : "")
            + (Lacking.Count == 0 ? "" : $", without {string.Join(", ", Lacking)}")
            + (Body.Length == 0 ? "" : $": {(Body.Length > Shown ? $"{Body[..Shown]}…" : Body)}");
    }
}
