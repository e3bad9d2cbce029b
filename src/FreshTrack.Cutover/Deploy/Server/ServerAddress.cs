namespace FreshTrack.Cutover.Deploy;

/// <summary>The machine whose engine runs the stack: this one, or one that is reached over SSH.</summary>
/// <param name="Host">Null for this machine.</param>
/// <param name="User">Null where the SSH configuration names it.</param>
/// <param name="Port">Null where the SSH configuration names it.</param>
public sealed record ServerAddress(string? Host = null, string? User = null, int? Port = null)
{
    public const string Local = "local";

    public const string Expected = "local or ssh://USER@HOST:PORT, without a path or a password";

    public bool IsLocal => Host is null;

    /// <returns>Null when the text is none.</returns>
    public static ServerAddress? Parse(string text)
    {
        if (text == Local)
        {
            return new ServerAddress();
        }

        // A host that begins with a dash would be an option of ssh.
        return
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri is { Scheme: "ssh", Host.Length: > 0, Query: "", Fragment: "", AbsolutePath: "/" or "" }
            && !uri.Host.StartsWith('-')
            && uri.UserInfo is var user
            && !user.Contains(':')
            && !user.StartsWith('-')
            ? new ServerAddress(uri.Host, user.Length == 0 ? null : user, uri.Port < 0 ? null : uri.Port)
            : null;
    }

    public override string ToString() =>
        Host is null ? "this machine" : $"{(User is null ? "" : $"{User}@")}{Host}{(Port is null ? "" : $":{Port}")}";
}
