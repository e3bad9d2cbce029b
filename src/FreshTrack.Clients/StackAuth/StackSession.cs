namespace FreshTrack.Clients.StackAuth;

/// <param name="AccessToken">What the API takes.</param>
/// <param name="RefreshToken">What Stack Auth takes for another access token.</param>
public sealed record StackSession(string AccessToken, string RefreshToken)
{
    /// <summary>Neither token: they must not reach a log.</summary>
    public override string ToString() => "session";
}
