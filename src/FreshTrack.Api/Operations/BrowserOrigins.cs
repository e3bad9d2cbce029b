namespace FreshTrack.Api.Operations;

/// <summary>Frontends of other origins that browsers let call the API (CORS).</summary>
internal static class BrowserOrigins
{
    private const string Name = "FRESHTRACK_CORS_ORIGINS";
    private const string Expected = "Expected origins such as https://app.example.com, with commas between them.";

    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    /// <summary>Reads <c>FRESHTRACK_CORS_ORIGINS</c>, as browsers write origins: lower case, no usual port.</summary>
    public static IReadOnlyList<string> ReadOrigins(this Settings settings) =>
        [
            .. (settings.Optional(Name) ?? "")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(text => Origin(settings, text))
                .OfType<string>()
                .Distinct(),
        ];

    public static IServiceCollection AddBrowserOrigins(this IServiceCollection services, ApiOptions options) =>
        options.Origins.Count == 0
            ? services
            : services.AddCors(cors =>
                cors.AddDefaultPolicy(policy =>
                    policy
                        .WithOrigins([.. options.Origins])
                        .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
                        .WithHeaders("Authorization", "Content-Type")
                        .WithExposedHeaders("Retry-After")
                        .AllowCredentials()
                        .SetPreflightMaxAge(RememberedFor)
                )
            );

    /// <summary>Before whatever refuses a request: a browser shows a refusal only to whom it would show an
    /// answer.</summary>
    public static void UseBrowserOrigins(this WebApplication app, ApiOptions options)
    {
        if (options.Origins.Count > 0)
        {
            app.UseCors();
        }
    }

    private static string? Origin(Settings settings, string text)
    {
        if (text.Contains('*'))
        {
            settings.Refuse(
                $"{Name} '{text}' would let every site that a user visits call the API in their name. {Expected}"
            );
            return null;
        }

        if (
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && !text.EndsWith('/')
        )
        {
            return uri.GetLeftPart(UriPartial.Authority);
        }

        settings.Refuse($"{Name} '{text}' is no origin: a scheme and a host, and nothing after them. {Expected}");
        return null;
    }
}
