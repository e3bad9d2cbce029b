using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FreshTrack.Clients.StackAuth;

/// <summary>What a person does in a browser to get into their account, with the project's publishable key. Each call is
/// made once: how the server answers is what is being tried.</summary>
/// <param name="http">Its base address is the server's root.</param>
/// <param name="callback">The page of the application that links in mails lead to; its origin must be a trusted domain
/// of the project.</param>
public sealed partial class StackAuthBrowser(HttpClient http, string project, string publishableKey, Uri callback)
{
    private readonly StackAuthCalls calls = new(http, project, StackAuthAccess.Client, publishableKey);

    /// <summary>The code in a link that Stack Auth mails: 45 letters and digits.</summary>
    [GeneratedRegex("[?&;]code=(?<code>[0-9A-Za-z]{45})(?![0-9A-Za-z])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeInLink { get; }

    /// <returns>Null when the text holds no link with a code.</returns>
    public static string? FindCode(string mail) =>
        CodeInLink.Match(mail) is { Success: true } match ? match.Groups["code"].Value : null;

    /// <summary>Signs a new user up, who gets a mail to confirm the address.</summary>
    /// <exception cref="StackAuthException">Stack Auth is down or refuses.</exception>
    public Task<StackSession> SignUpAsync(string email, string password, CancellationToken cancellationToken) =>
        SessionAsync("auth/password/sign-up", new SignUpMessage(email, password, callback), cancellationToken);

    /// <exception cref="StackAuthException">Stack Auth is down or refuses, as it does with a wrong
    /// password.</exception>
    public Task<StackSession> SignInAsync(string email, string password, CancellationToken cancellationToken) =>
        SessionAsync("auth/password/sign-in", new CredentialsMessage(email, password), cancellationToken);

    /// <summary>Asks for a mail with a code by which the password is reset. For an address that nobody signs in with
    /// the answer is the same, and no mail comes.</summary>
    /// <exception cref="StackAuthException">Stack Auth is down or refuses.</exception>
    public Task SendResetCodeAsync(string email, CancellationToken cancellationToken) =>
        CallAsync("auth/password/send-reset-code", new SendCodeMessage(email, callback), cancellationToken);

    /// <exception cref="StackAuthException">Stack Auth is down, or refuses the code or the password.</exception>
    public Task ResetAsync(string code, string password, CancellationToken cancellationToken) =>
        CallAsync("auth/password/reset", new ResetMessage(code, password), cancellationToken);

    /// <summary>Confirms the address that a code was mailed to.</summary>
    /// <exception cref="StackAuthException">Stack Auth is down, or refuses the code.</exception>
    public Task VerifyAsync(string code, CancellationToken cancellationToken) =>
        CallAsync("contact-channels/verify", new CodeMessage(code), cancellationToken);

    private async Task<StackSession> SessionAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        var session = await PostAsync<T, SessionMessage>(path, body, cancellationToken);
        return new StackSession(session.AccessToken, session.RefreshToken);
    }

    private Task<JsonObject> CallAsync<T>(string path, T body, CancellationToken cancellationToken) =>
        PostAsync<T, JsonObject>(path, body, cancellationToken);

    private Task<TAnswer> PostAsync<T, TAnswer>(string path, T body, CancellationToken cancellationToken) =>
        calls.SendAsync<TAnswer>(
            pipeline: null,
            () => calls.Request(HttpMethod.Post, $"api/v1/{path}", JsonContent.Create(body)),
            cancellationToken
        );
}
