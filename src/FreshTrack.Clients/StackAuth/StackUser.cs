namespace FreshTrack.Clients.StackAuth;

/// <param name="Id">Of Stack Auth.</param>
/// <param name="SupabaseId">Out of the server metadata; null for users that no move created or took over.</param>
/// <param name="Email">In lower case; null when there is none.</param>
/// <param name="EmailVerified">Its owner has shown that it is theirs.</param>
public sealed record StackUser(Guid Id, Guid? SupabaseId, string? Email, bool EmailVerified);
