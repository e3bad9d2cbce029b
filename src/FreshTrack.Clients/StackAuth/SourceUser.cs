namespace FreshTrack.Clients.StackAuth;

/// <summary>A user of Supabase Auth, as far as it moves: no password hash is ever read.</summary>
/// <param name="Email">Without spaces around it and in lower case, as Stack Auth keeps it.</param>
public sealed record SourceUser(Guid Id, string Email, bool EmailVerified, string? DisplayName)
{
    /// <summary>Why the user is created restricted, so that no API takes their tokens; null when they are not. Shown to
    /// the user.</summary>
    public string? Restriction { get; init; }
}
