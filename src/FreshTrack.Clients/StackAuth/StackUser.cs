namespace FreshTrack.Clients.StackAuth;

/// <param name="Id">Of Stack Auth.</param>
/// <param name="SupabaseId">Out of the server metadata; null for users that were not created by a move.</param>
/// <param name="Email">In lower case; null when there is none.</param>
public sealed record StackUser(Guid Id, Guid? SupabaseId, string? Email);
