namespace FreshTrack.Clients.Kuma;

/// <summary>The administrator of an Uptime Kuma server. It holds a password, and so has no text of its own.</summary>
/// <param name="address">The server's root: <c>http://127.0.0.1:3002/</c>.</param>
public sealed class KumaAccount(Uri address, string user, string password)
{
    public Uri Address { get; } = new(address.GetLeftPart(UriPartial.Authority));

    public string User { get; } = user;

    public string Password { get; } = password;

    /// <summary>How long the server may take to connect, and to answer one call.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);
}
