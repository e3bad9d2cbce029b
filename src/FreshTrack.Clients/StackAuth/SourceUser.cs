namespace FreshTrack.Clients.StackAuth;

/// <summary>A user of Supabase Auth, as far as it moves: no password hash is ever read.</summary>
public sealed record SourceUser(Guid Id, string Email, bool EmailVerified, string? DisplayName);
